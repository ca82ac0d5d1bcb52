// The runbook's table names every error, with the real behavior of the workflow.
import { expect, test } from 'vitest'
import { StatesErrorName } from '../../../mirror/aws-error-name.ts'
import { MAX_DEFERRED_ROUNDS } from '../../../mirror/contract.ts'
import { ErrorName, MAX_RETRY_AFTER_SECONDS } from '../../../mirror/error-name.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { allStates, definition, type Retrier, stateOf } from '../../statemachine/definition.ts'
import { longestWait } from '../../statemachine/worst-case.ts'
import { anchors, type Row, readCases, readRows } from './runbook.ts'

const rows = readRows()
const workflow = definition()

test('has a row for each of our error names', () => {
  const named = rows.flatMap(({ errors }) => errors)
  expect(Object.values(ErrorName).filter((name) => !named.includes(name))).toEqual([])
})

test('has a row for each error that the workflow retries or catches', () => {
  const named = rows.flatMap(({ errors }) => errors)
  const matched = allStates(workflow)
    .flatMap(([, { Retry = [], Catch = [] }]) => [...Retry, ...Catch])
    .flatMap(({ ErrorEquals }) => ErrorEquals)
    .filter((error) => error !== StatesErrorName.All)
  expect(matched.length).toBeGreaterThan(20)
  expect(matched.filter((error) => !named.includes(error))).toEqual([])
})

test('lists each error once per place', () => {
  const told = rows.flatMap(({ errors, places }) =>
    errors.flatMap((error) => places.map((place) => `${error} at ${place}`)),
  )
  expect(told.filter((one, index) => told.indexOf(one) !== index)).toEqual([])
})

test('links each row to an existing heading', () => {
  expect(rows.filter(({ heading }) => !anchors().includes(heading))).toEqual([])
})

test.each(readCases())('$error at "$state" is retried as its row says', ({ error, state, row }) => {
  const { times, seconds } = policyOf(error, state, row)
  expect({ times, seconds }).toEqual({ times: row.times, seconds: row.waitingSeconds })
})

/** Seconds between two rounds of a pair that this error deferred. */
const LONGEST_PAUSE: Readonly<Record<string, number>> = {
  [ErrorName.RateLimited]: MAX_RETRY_AFTER_SECONDS,
  [ErrorName.DeadlineReached]: 1,
}

/** The reaction of Step Functions: the first matching retrier applies. */
function policyOf(error: string, state: string, { becomes }: Row) {
  const pause = state === StateName.Sync ? LONGEST_PAUSE[error] : undefined
  if (pause !== undefined) {
    expect(becomes).toBe('deferred')
    return { times: MAX_DEFERRED_ROUNDS, seconds: MAX_DEFERRED_ROUNDS * pause }
  }
  // A build reports permanent errors as its outcome. Temporary errors fail the build.
  const met =
    error === ErrorName.RegistryUnavailable && state === StateName.Sync ? StatesErrorName.TaskFailed : error
  if (state === StateName.Sync && error in ErrorName && met === error) return { times: 0, seconds: 0 }
  const retrier = (stateOf(workflow, state).Retry ?? []).find((one) => matches(one, met))
  return { times: retrier?.MaxAttempts ?? 0, seconds: retrier === undefined ? 0 : longestWait(retrier) }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
function matches({ ErrorEquals }: Retrier, error: string): boolean {
  const beyondWildcards: readonly string[] = [
    StatesErrorName.Timeout,
    StatesErrorName.DataLimitExceeded,
    StatesErrorName.Runtime,
  ]
  if (ErrorEquals.includes(error)) return true
  return ErrorEquals.includes(StatesErrorName.TaskFailed) && !beyondWildcards.includes(error)
}
