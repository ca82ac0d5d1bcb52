// The outcome of a round of Sync: the result of its own build counts, and not those of earlier builds.
import { expect, test } from 'vitest'
import { CodeBuildErrorName, StatesErrorName } from '../../../mirror/aws-error-name.ts'
import type { SyncOutcome } from '../../../mirror/contract.ts'
import type { SyncResult } from '../../../mirror/documents.ts'
import { ErrorName } from '../../../mirror/error-name.ts'
import { outcomeOfRound } from '../../../mirror/report/round.ts'

const error = { name: 'RegistryUnavailable', message: 'quay.io does not answer' }
const BUILD = {
  BuildStatus: 'TIMED_OUT',
  Logs: { DeepLink: 'https://log/of/the/last' },
  Phases: [{ PhaseType: 'BUILD', PhaseStatus: 'TIMED_OUT' }],
}
const broken = { Error: StatesErrorName.TaskFailed, Cause: JSON.stringify({ Build: BUILD }) }

function resultOf(status: SyncOutcome['status'], round?: number): SyncResult {
  const blobs = { copied: 1, mounted: 0, present: 0 }
  const outcome = {
    status,
    bytes: 7,
    seconds: 1,
    blobs,
    warnings: 0,
    ...(status === 'synced' ? {} : { error }),
  }
  return { outcome, tags: [], warnings: [], requests: {}, ...(round === undefined ? {} : { round }) }
}

test.each(['synced', 'failed', 'deferred'] as const)(
  `reads the outcome "%s" from the build's result`,
  (status) => {
    const result = resultOf(status, 2)
    expect(outcomeOfRound({ done: 2 }, result)).toEqual(result.outcome)
  },
)

test('reads the result even if the build broke afterwards, with the log of that build', () => {
  expect(outcomeOfRound({ done: 0, broken }, resultOf('synced', 0))).toMatchObject({
    status: 'synced',
    bytes: 7,
  })
  const failed = outcomeOfRound({ done: 0, broken }, resultOf('failed', 0))
  expect(failed.error).toEqual({ ...error, log: 'https://log/of/the/last' })
})

test.each([
  ['there is none', undefined],
  ['it is of an earlier round', resultOf('synced', 1)],
  ['it does not say of which round it is', resultOf('synced')],
])('fails with the caught error without a result, because %s', (_, result) => {
  expect(outcomeOfRound({ done: 2, broken }, result)).toMatchObject({
    status: 'failed',
    bytes: 0,
    error: {
      name: StatesErrorName.TaskFailed,
      message: 'the build ended TIMED_OUT in its phase BUILD',
      log: 'https://log/of/the/last',
    },
  })
})

test('fails a successful build without a result', () => {
  expect(outcomeOfRound({ done: 0 }, undefined).error?.name).toBe(ErrorName.OutcomeMissing)
})

test('what was caught fits into a state: it is cut', () => {
  const Cause = 'x'.repeat(32_768)
  const { error } = outcomeOfRound(
    { done: 0, broken: { Error: CodeBuildErrorName.CodeBuildException, Cause } },
    undefined,
  )
  expect(error?.message).toHaveLength(1_000)
})
