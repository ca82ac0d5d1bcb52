// Durations of builds and of runs.
import { expect, test } from 'vitest'
import { buildSeconds, hoursOf, meanBuildSeconds } from '../../estimate/durations.ts'
import { uniformWorkload } from '../../estimate/uniform.ts'
import { DEFAULT_CONCURRENCY } from '../../estimate/workload.ts'
import { LIST } from './workload.ts'

const WORK = uniformWorkload(LIST)

test('twice as many concurrent builds take half as long', () => {
  const hours = (builds: number) =>
    hoursOf({ ...WORK, concurrency: { ...DEFAULT_CONCURRENCY, builds } }).changed - hoursOf(WORK).unchanged
  expect(hours(2)).toBeCloseTo(hours(1) / 2)
  // A quota above the number of concurrent pairs does not help.
  expect(hours(1_000)).toBeCloseTo(hours(50))
})

test('a build takes its start and its bytes, unless it was measured', () => {
  expect(buildSeconds({ changed: 0.5 })).toBe(30)
  expect(buildSeconds({ changed: 0.5, buildSeconds: 21 })).toBe(21)
  expect(meanBuildSeconds(WORK)).toBe(30)
})
