// Outcome, called as by Lambda, with S3 over HTTP.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { CodeBuildErrorName } from '../../mirror/aws-error-name.ts'
import { syncOutcomeSchema } from '../../mirror/contract.ts'
import { orderKey, resultKey } from '../../mirror/keys.ts'
import { regionTarget } from '../../mirror/target.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { itemsOf } from '../mirror/lists.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { invoke, invokeAndFail, linesOf, muteConsole } from './invoke.ts'

let s3: LocalS3
let handler: typeof import('../../lambdas/outcome.ts').handler

beforeAll(async () => {
  s3 = await startS3()
  muteConsole()
  Object.assign(process.env, { WORK_BUCKET: 'work', POWERTOOLS_DEV: 'true' })
  ;({ handler } = await import('../../lambdas/outcome.ts'))
})
afterAll(async () => {
  vi.restoreAllMocks()
  await s3.stop()
})

const [image] = itemsOf({ regions: ['us-east-1'], images: ['redis:7.4'] })
const RUN = 'run-1'
const target = regionTarget('us-east-1')

function stateOf(rounds: object) {
  const pointer = { bucket: 'work', key: 'resolved.json', count: 1 }
  const order = { ...pointer, key: orderKey(RUN, image?.id ?? '', target) }
  const run = { name: RUN, dryRun: false }
  return { run, image, resolved: pointer, target, readFrom: [], diff: { status: 'stale', order }, rounds }
}

const outcome = {
  status: 'deferred',
  retryAfterSeconds: 60,
  bytes: 1,
  seconds: 1,
  blobs: { copied: 1, mounted: 0, present: 0 },
  warnings: 0,
}
const leave = (document: unknown) =>
  openWorkBucket('work').writeJson(resultKey(RUN, image?.id ?? '', target), document)

test('reports why the build failed if there is no result', async () => {
  const broken = { Error: CodeBuildErrorName.AccountLimitExceededException, Cause: 'the queue is full' }
  const output = syncOutcomeSchema.parse(await invoke(handler as never, stateOf({ done: 0, broken })))
  expect(output).toMatchObject({
    status: 'failed',
    error: { name: CodeBuildErrorName.AccountLimitExceededException, message: 'the queue is full' },
  })
  expect(linesOf('info').at(-1)).toMatchObject({ message: 'failed', target: 'us-east-1', run: RUN })
})

test("reads the result of this round's build, and not that of an earlier one", async () => {
  await leave({ outcome, round: 1, tags: [], warnings: [], requests: {} })
  expect(await invoke(handler as never, stateOf({ done: 1 }))).toEqual(outcome)
  expect(await invoke(handler as never, stateOf({ done: 2 }))).toMatchObject({ status: 'failed' })
})

test('fails for an invalid result, because the content of the region is unknown', async () => {
  await leave({ outcome: 'synced' })
  const error = await invokeAndFail(handler as never, stateOf({ done: 0 }))
  expect(error.message).toContain('result.json does not match its schema')
})
