// One pair, executed: each way that it can end, and how often it is tried on the way.
import { expect, test } from 'vitest'
import { ErrorName, MAX_DEFERRED_ROUNDS, type PairEnd, PERMANENT_ERRORS } from '../../mirror/contract.ts'
import { built, execute, imageInput, POINTER, ServiceError, type Services } from './execute.ts'

const stale = () => ({ status: 'stale', order: { ...POINTER, key: 'runs/r/order.json' } })

/** Executes an image with one region, and gives how its one pair ended. */
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

test('a region in sync gets no build', async () => {
  const { end, calls } = await pair({ diff: () => ({ status: 'inSync' }) })
  expect(end).toEqual({ region: 'us-east-1', outcome: 'inSync' })
  expect(calls.sync).toHaveLength(0)
})

test('a region that lacks only what it refuses gets no build either, and its warnings are passed on', async () => {
  const { end, calls } = await pair({ diff: () => ({ status: 'inSync', warnings: 2 }) })
  expect(end).toEqual({ region: 'us-east-1', outcome: 'inSync', warnings: 2 })
  expect(calls.sync).toHaveLength(0)
})

test('a stale region is synced by a build that gets the key of its work order, and nothing else', async () => {
  const { end, calls } = await pair({ diff: stale })
  expect(end).toMatchObject({ region: 'us-east-1', sync: { status: 'synced', bytes: 10 } })
  expect(calls.sync).toEqual([
    {
      ProjectName: 'sync',
      EnvironmentVariablesOverride: [{ Name: 'ORDER_KEY', Type: 'PLAINTEXT', Value: 'runs/r/order.json' }],
    },
  ])
})

test('a dry run builds nothing and says what is stale', async () => {
  const { end, calls } = await pair({ diff: stale }, true)
  expect(end).toEqual({ region: 'us-east-1', outcome: 'stale' })
  expect(calls.sync).toHaveLength(0)
})

test('a permanent error of a build is not tried again', async () => {
  const error = { name: ErrorName.TagConflict, message: 'the tag is another' }
  const { end, calls } = await pair({ diff: stale, sync: () => built({ status: 'failed', error }) })
  expect(end).toMatchObject({ sync: { status: 'failed', error } })
  expect(calls.sync).toHaveLength(1)
})

test('a deferred build waits as long as it was asked to, and goes on', async () => {
  let builds = 0
  const sync = () => {
    builds += 1
    return built(builds < 3 ? { status: 'deferred', retryAfterSeconds: 90 } : { status: 'synced' })
  }
  const { end, calls, entered } = await pair({ diff: stale, sync })
  expect(end.sync?.status).toBe('synced')
  expect(calls.sync).toHaveLength(3)
  expect(entered.filter((name) => name === 'Wait as long as asked')).toHaveLength(2)
})

test(`a pair that stays deferred is given up after ${MAX_DEFERRED_ROUNDS} rounds of waiting`, async () => {
  const sync = () => built({ status: 'deferred', retryAfterSeconds: 90 })
  const { end, calls } = await pair({ diff: stale, sync })
  expect(end.sync?.status).toBe('deferred')
  expect(calls.sync).toHaveLength(1 + MAX_DEFERRED_ROUNDS)
})

test('a build that cannot say how long to wait is left to the next run', async () => {
  const { end, calls } = await pair({ diff: stale, sync: () => built({ status: 'deferred' }) })
  expect(end.sync?.status).toBe('deferred')
  expect(calls.sync).toHaveLength(1)
})

test('a broken build is tried twice more, and its 32 KB of Cause are dropped', async () => {
  const broken = fails('States.TaskFailed', 'x'.repeat(32_000))
  const { end, calls } = await pair({ diff: stale, sync: () => broken(built({})) })
  expect(end).toEqual({ region: 'us-east-1', caught: { Error: 'States.TaskFailed' } })
  expect(calls.sync).toHaveLength(3)
})

test.each([
  ['CodeBuild.AccountLimitExceededException', 10],
  ['CodeBuild.CodeBuildException', 5],
  ['CodeBuild.SdkClientException', 5],
])('%s is tried %i times more, and then says why', async (error, retries) => {
  const refused = fails(error, 'Cannot have more than 1 builds in queue')
  const { end, calls } = await pair({ diff: stale, sync: () => refused(built({})) })
  expect(end.caught).toEqual({ Error: error, Cause: 'Cannot have more than 1 builds in queue' })
  expect(calls.sync).toHaveLength(1 + retries)
})

test('a build that starts at last is synced', async () => {
  const refused = fails('CodeBuild.AccountLimitExceededException', 'full', 9)
  const { end } = await pair({ diff: stale, sync: () => refused(built({ status: 'synced' })) })
  expect(end.sync?.status).toBe('synced')
})

test.each(['States.Timeout', 'States.Permissions', 'States.DataLimitExceeded'])(
  '%s ends the pair, not the image',
  async (error) => {
    const { end } = await pair({ diff: stale, sync: fails(error) })
    expect(end.caught?.Error).toBe(error)
  },
)

test.each(PERMANENT_ERRORS)('%s of Diff fails the pair at once', async (error) => {
  const { end, calls } = await pair({ diff: fails(error, '{"errorMessage":"no"}') })
  expect(end).toEqual({ region: 'us-east-1', caught: { Error: error, Cause: '{"errorMessage":"no"}' } })
  expect(calls.diff).toHaveLength(1)
})

test.each([
  ['RateLimited', 10],
  ['Lambda.TooManyRequestsException', 6],
  ['Lambda.Unknown', 2],
])('%s of Diff is tried %i times more', async (error, retries) => {
  const { end, calls } = await pair({ diff: fails(error) })
  expect(end.caught?.Error).toBe(error)
  expect(calls.diff).toHaveLength(1 + retries)
})
