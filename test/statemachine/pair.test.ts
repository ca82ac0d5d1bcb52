// Executes one pair: all its possible ends, and the number of tries.
import { expect, test } from 'vitest'
import { CodeBuildErrorName, LambdaErrorName, StatesErrorName } from '../../mirror/aws-error-name.ts'
import { MAX_DEFERRED_ROUNDS, type PairEnd } from '../../mirror/contract.ts'
import { ErrorName, PERMANENT_ERRORS } from '../../mirror/error-name.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { AT, execute, imageInput, POINTER, ServiceError, type Services } from './execute.ts'

const stale = () => ({ status: 'stale', at: AT, order: { ...POINTER, key: 'runs/r/order.json' } })

/** Executes an image with one region, and returns the end of its pair. */
async function pair(services: Services, dryRun = false) {
  const { end, ...rest } = await execute(imageInput([['us-east-1']], dryRun), services)
  return { end: end.waves?.[0]?.[0] as PairEnd, ...rest }
}

function fails(error: string, cause = 'why', times = Number.POSITIVE_INFINITY) {
  let failures = 0
  return <T>(then: T): T => {
    failures += 1
    if (failures <= times) throw new ServiceError(error, cause)
    return then
  }
}

test('starts no build for a region in sync', async () => {
  const { end, calls } = await pair({ diff: () => ({ status: 'inSync', at: AT }) })
  expect(end).toEqual({ target: 'us-east-1', outcome: 'inSync', at: AT })
  expect(calls.sync).toHaveLength(0)
})

test('starts no build if only refused artifacts are missing, and passes on the warnings', async () => {
  const { end, calls } = await pair({ diff: () => ({ status: 'inSync', at: AT, warnings: 2 }) })
  expect(end).toEqual({ target: 'us-east-1', outcome: 'inSync', at: AT, warnings: 2 })
  expect(calls.sync).toHaveLength(0)
})

test('starts a build with the key of the order and the number of the round for a stale region', async () => {
  const { end, calls } = await pair({ diff: stale })
  expect(end).toMatchObject({ target: 'us-east-1', sync: { status: 'synced', bytes: 10 } })
  expect(calls.sync).toEqual([
    {
      ProjectName: 'sync',
      EnvironmentVariablesOverride: [
        { Name: 'ORDER_KEY', Type: 'PLAINTEXT', Value: 'runs/r/order.json' },
        { Name: 'ROUND', Type: 'PLAINTEXT', Value: '0' },
      ],
    },
  ])
})

test('ends a stale region as stale in a dry run, without a build', async () => {
  const { end, calls } = await pair({ diff: stale }, true)
  expect(end).toEqual({ target: 'us-east-1', outcome: 'stale' })
  expect(calls.sync).toHaveLength(0)
})

test('ends a region without any of the tags as missing in a dry run', async () => {
  const missing = () => ({ ...stale(), status: 'missing' })
  expect((await pair({ diff: missing }, true)).end).toEqual({ target: 'us-east-1', outcome: 'missing' })
  expect((await pair({ diff: missing })).end.sync?.status).toBe('synced')
})

test('fails a region that lacks only failed tags, without a build', async () => {
  const error = { name: ErrorName.SourceNotFound, message: '1 of 2 tags failed: 7.9: no such tag' }
  const { end, calls } = await pair({ diff: () => ({ status: 'failed', at: AT, error, warnings: 3 }) })
  expect(end).toEqual({ target: 'us-east-1', error, warnings: 3, at: AT })
  expect(calls.sync).toHaveLength(0)
})

test('does not retry a permanent error of a build', async () => {
  const error = { name: ErrorName.TagConflict, message: 'the tag is another' }
  const { end, calls } = await pair({ diff: stale, sync: () => ({ status: 'failed', error }) })
  expect(end).toMatchObject({ sync: { status: 'failed', error } })
  expect(calls.sync).toHaveLength(1)
})

test('waits as long as a deferred build asks, and starts the next build', async () => {
  let builds = 0
  const sync = () => {
    builds += 1
    return builds < 3 ? ({ status: 'deferred', retryAfterSeconds: 90 } as const) : {}
  }
  const { end, calls, entered } = await pair({ diff: stale, sync })
  expect(end.sync?.status).toBe('synced')
  expect(calls.sync).toHaveLength(3)
  expect(entered.filter((name) => name === StateName.Wait)).toHaveLength(2)
})

test(`a pair that stays deferred is given up after ${MAX_DEFERRED_ROUNDS} rounds of waiting`, async () => {
  const sync = () => ({ status: 'deferred', retryAfterSeconds: 90 }) as const
  const { end, calls } = await pair({ diff: stale, sync })
  expect(end.sync?.status).toBe('deferred')
  expect(calls.sync).toHaveLength(1 + MAX_DEFERRED_ROUNDS)
})

test('defers a pair whose build asks for no wait', async () => {
  const { end, calls } = await pair({ diff: stale, sync: () => ({ status: 'deferred' }) })
  expect(end.sync?.status).toBe('deferred')
  expect(calls.sync).toHaveLength(1)
})

const BROKEN = JSON.stringify({
  Build: {
    BuildStatus: 'FAILED',
    Logs: { DeepLink: 'https://logs.example/1' },
    Phases: [
      {
        PhaseType: 'BUILD',
        PhaseStatus: 'FAILED',
        Contexts: [{ StatusCode: 'COMMAND_EXECUTION_ERROR', Message: 'exit status 137' }],
      },
    ],
  },
})

test("retries a broken build twice, and ends the pair with CodeBuild's error", async () => {
  const broken = fails(StatesErrorName.TaskFailed, BROKEN)
  const { end, calls } = await pair({ diff: stale, sync: () => broken({}) })
  expect(end.sync).toMatchObject({
    status: 'failed',
    error: {
      name: StatesErrorName.TaskFailed,
      message: 'the build ended FAILED in its phase BUILD: COMMAND_EXECUTION_ERROR: exit status 137',
      log: 'https://logs.example/1',
    },
  })
  expect(calls.sync).toHaveLength(3)
})

test('drops a truncated Cause', async () => {
  const broken = fails(StatesErrorName.TaskFailed, BROKEN.slice(0, -1).padEnd(32_768, 'x'))
  const { end } = await pair({ diff: stale, sync: () => broken({}) })
  expect(end.sync?.error?.message).toBe('the build failed without a result; see its log')
})

const RETRYABLE = { name: 'RegistryUnavailable', message: 'quay.io does not answer' }

test('uses the result of a build that breaks after writing it, with the link to its log', async () => {
  const sync = () => {
    throw new ServiceError(StatesErrorName.TaskFailed, BROKEN, { status: 'failed', error: RETRYABLE })
  }
  const { end } = await pair({ diff: stale, sync })
  expect(end.sync).toMatchObject({
    status: 'failed',
    error: { ...RETRYABLE, log: 'https://logs.example/1' },
  })
})

test('a build that breaks after it has synced counts as synced', async () => {
  const sync = () => {
    throw new ServiceError(StatesErrorName.Timeout, '', { status: 'synced' })
  }
  const { end } = await pair({ diff: stale, sync })
  expect(end).toMatchObject({ target: 'us-east-1', sync: { status: 'synced', bytes: 10 } })
})

test('ignores the result of an earlier round', async () => {
  let builds = 0
  const sync = () => {
    builds += 1
    if (builds > 1) throw new ServiceError(StatesErrorName.TaskFailed, BROKEN)
    return { status: 'deferred', retryAfterSeconds: 90 } as const
  }
  const { end, calls } = await pair({ diff: stale, sync })
  expect(end.sync).toMatchObject({ status: 'failed', error: { name: StatesErrorName.TaskFailed } })
  expect(calls.sync).toHaveLength(1 + 3)
})

test('fails a pair whose successful build left no result', async () => {
  const { end } = await pair({ diff: stale, sync: () => undefined })
  expect(end.sync).toMatchObject({ status: 'failed', error: { name: ErrorName.OutcomeMissing } })
})

test.each([
  [CodeBuildErrorName.AccountLimitExceededException, 7],
  [CodeBuildErrorName.CodeBuildException, 4],
  [CodeBuildErrorName.SdkClientException, 4],
])('retries %s %i times, and then fails with its reason', async (error, retries) => {
  const refused = fails(error, 'Cannot have more than 1 builds in queue')
  const { end, calls } = await pair({ diff: stale, sync: () => refused({}) })
  expect(end.sync?.error).toEqual({ name: error, message: 'Cannot have more than 1 builds in queue' })
  expect(calls.sync).toHaveLength(1 + retries)
})

test('syncs a pair whose build starts after retries', async () => {
  const refused = fails(CodeBuildErrorName.AccountLimitExceededException, 'full', 6)
  const { end } = await pair({ diff: stale, sync: () => refused({ status: 'synced' }) })
  expect(end.sync?.status).toBe('synced')
})

test.each([StatesErrorName.Timeout, StatesErrorName.Permissions, StatesErrorName.DataLimitExceeded])(
  '%s ends the pair, not the image',
  async (error) => {
    const { end } = await pair({ diff: stale, sync: fails(error) })
    expect(end.sync?.error?.name).toBe(error)
  },
)

test('ends a pair with an unreadable outcome after two retries', async () => {
  const { end, calls } = await pair({ diff: stale, outcome: fails(LambdaErrorName.TooManyRequestsException) })
  expect(end.caught?.Error).toBe(LambdaErrorName.TooManyRequestsException)
  expect(calls.outcome).toHaveLength(3)
})

test.each(PERMANENT_ERRORS)('fails the pair without retries for %s of Diff', async (error) => {
  const { end, calls } = await pair({ diff: fails(error, '{"errorMessage":"no"}') })
  expect(end).toEqual({ target: 'us-east-1', caught: { Error: error, Cause: '{"errorMessage":"no"}' } })
  expect(calls.diff).toHaveLength(1)
})

test.each([
  ['RateLimited', 10],
  [LambdaErrorName.TooManyRequestsException, 6],
  [LambdaErrorName.Unknown, 2],
])('retries %s of Diff %i times', async (error, retries) => {
  const { end, calls } = await pair({ diff: fails(error) })
  expect(end.caught?.Error).toBe(error)
  expect(calls.diff).toHaveLength(1 + retries)
})
