// The state of the mirror, kept by the reports of several runs in the embedded S3.
import { PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { stateKeeper } from '../../lambdas/state-keeper.ts'
import type { PairReport } from '../../mirror/documents.ts'
import { stateKey } from '../../mirror/keys.ts'
import { stateRecordSchema } from '../../mirror/state/record.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { pair } from '../mirror/report/reports.ts'
import { digestOf } from '../mirror/resolve/sources.ts'
import { type EmulatedBucket, startEmulatedBucket } from '../store/emulated-bucket.ts'

let bucket: EmulatedBucket
const onOddity = vi.fn()

beforeAll(async () => {
  bucket = await startEmulatedBucket()
})
afterAll(() => bucket[Symbol.asyncDispose]())

function keeper(name: string, minute: number, dryRun = false) {
  const now = new Date(Date.UTC(2026, 10, 30, 12, minute))
  return stateKeeper({ name, dryRun }, { store: bucket.store, onOddity }, now)
}

function good(part: Partial<PairReport>): PairReport {
  const { error: _, ...rest } = pair({ outcome: 'inSync', ...part })
  return rest
}

function stateOf(repository: string) {
  return bucket.store.findJson(stateKey(repository), stateRecordSchema)
}

test('two runs that report at once leave what both of them found', async () => {
  const [one, other] = [keeper('run-1', 1), keeper('run-2', 2)]
  const images = Array.from({ length: 8 }, (_, index) => `redis:${index}`)
  const reported = (image: string, target: string) =>
    good({ image, target, repository: 'both', tags: [{ tag: image.slice(6), digest: digestOf(image) }] })
  await Promise.all([
    ...images.map((image) => one.keep([reported(image, 'us-east-1')])),
    ...images.map((image) => other.keep([reported(image, 'us-east-1'), reported(image, 'eu-west-1')])),
  ])
  const state = await stateOf('both')
  for (const target of ['us-east-1', 'eu-west-1']) {
    const tags = state?.targets[target]?.tags ?? {}
    expect(
      Object.values(tags)
        .map(({ image }) => image)
        .sort(),
    ).toEqual(images)
    expect(new Set(Object.values(tags).map(({ verified }) => verified))).toEqual(
      new Set([new Date(Date.UTC(2026, 10, 30, 12, 2)).toISOString()]),
    )
  }
  expect(onOddity).not.toHaveBeenCalled()
})

test('a dry run keeps nothing', async () => {
  await keeper('dry', 1, true).keep([good({ repository: 'dry' })])
  expect(await stateOf('dry')).toBeUndefined()
})

test('an unreadable record is reported and replaced', async () => {
  onOddity.mockClear()
  await bucket.client.send(new PutObjectCommand({ Bucket: 'work', Key: stateKey('odd'), Body: '{"half' }))
  await keeper('run-1', 1).keep([good({ repository: 'odd' })])
  expect(onOddity).toHaveBeenCalledWith('replaced an unreadable record of the state', expect.anything())
  expect(await stateOf('odd')).toMatchObject({ repository: 'odd' })
})

test('a failure to write is reported, and is none of the report', async () => {
  onOddity.mockClear()
  const missing = openWorkBucket('missing', bucket.client)
  await stateKeeper({ name: 'run-1', dryRun: false }, { store: missing, onOddity }).keep([good({})])
  expect(onOddity).toHaveBeenCalledWith('failed to keep the state of a repository', expect.anything())
})

test('names tags that a target lost since the last run', async () => {
  const digest = digestOf('lost')
  const reported = (tags: PairReport['tags']) => [good({ repository: 'lost', target: 'us-east-1', tags })]
  const written = { tag: '1', digest, written: true as const }
  const first = keeper('run-1', 1)
  await first.keep(reported([written, { tag: '2', digest }]))
  expect(first.lost()).toEqual([])
  const second = keeper('run-2', 2)
  await second.keep(reported([written, { tag: '2', digest }]))
  expect(second.lost()).toEqual([{ repository: 'lost', tag: '1', target: 'us-east-1' }])
})
