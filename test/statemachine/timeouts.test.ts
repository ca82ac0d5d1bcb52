// Nested timeouts: those of builds and functions fit into their tasks, and all tasks into the machine.
import { expect, test } from 'vitest'
import { StateName } from '../../statemachine/state-names.ts'
import {
  BUILD_QUEUED,
  BUILD_RUNNING,
  FUNCTION_TIMEOUT,
  RUN_TIMEOUT,
  SYNC_TIMEOUT,
} from '../../statemachine/timeouts.ts'
import { definition, stateOf } from './definition.ts'
import { longestRun, longestVisit } from './worst-case.ts'

const workflow = definition()
const DAY = 86_400

test("the machine's timeout exceeds the worst case of all retries, rounds, waves and batches", () => {
  expect(longestRun(workflow, 30) / DAY).toBeCloseTo(63, 0)
  expect(longestRun(workflow, 30)).toBeLessThan(RUN_TIMEOUT.toSeconds())
  expect(workflow.TimeoutSeconds).toBe(RUN_TIMEOUT.toSeconds())
})

test('Step Functions permits this duration', () => {
  expect(RUN_TIMEOUT.toDays()).toBeLessThan(365)
})

test('the sum counts what it should: three builds, their pauses, and the refusals to start one', () => {
  const pauses = 14_580 + 700 + 300
  expect(longestVisit(stateOf(workflow, StateName.Sync))).toBeCloseTo(3 * 15_300 + 11 * 60 + pauses, -1)
})

test("the task's timeout leaves a build time to queue and to run", () => {
  expect(SYNC_TIMEOUT.toSeconds()).toBeGreaterThan(BUILD_QUEUED.plus(BUILD_RUNNING).toSeconds())
})

test.each([
  [StateName.Plan, 'plan'],
  [StateName.Resolve, 'resolve'],
  [StateName.Diff, 'diff'],
  [StateName.ReadOutcome, 'outcome'],
  [StateName.Report, 'report'],
] as const)('%s has a longer timeout than its function, whose error says more', (state, name) => {
  const seconds = FUNCTION_TIMEOUT[name].toSeconds()
  expect(stateOf(workflow, state).TimeoutSeconds).toBeGreaterThan(seconds)
  expect(seconds).toBeLessThanOrEqual(900)
})
