// Report, called as by Lambda, with the documents of a run in S3 over HTTP.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StatesErrorName } from '../../mirror/aws-error-name.ts'
import {
  type ImageItem,
  type ReportInput,
  type ReportOutput,
  reportOutputSchema,
} from '../../mirror/contract.ts'
import { type Report, type Resolved, reportSchema, type SyncResult } from '../../mirror/documents.ts'
import {
  keptKey,
  pageKey,
  planKey,
  reportKey,
  resolvedKey,
  resultKey,
  resultsPrefix,
} from '../../mirror/keys.ts'
import { regionTarget } from '../../mirror/target.ts'
import { openWorkBucket, type WorkBucket } from '../../store/work-bucket.ts'
import { itemsOf } from '../mirror/lists.ts'
import { descriptorOf, digestOf } from '../mirror/resolve/sources.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { invoke, invokeAndFail, muteConsole } from './invoke.ts'

let s3: LocalS3
let store: WorkBucket
let handler: typeof import('../../lambdas/report.ts').handler

beforeAll(async () => {
  s3 = await startS3()
  muteConsole()
  Object.assign(process.env, { WORK_BUCKET: 'work', MIRROR_NAME: 'ImageMirror', POWERTOOLS_DEV: 'true' })
  store = openWorkBucket('work')
  ;({ handler } = await import('../../lambdas/report.ts'))
})
afterAll(() => s3.stop())

interface Left {
  readonly succeeded?: readonly unknown[]
  readonly failed?: readonly { id: string; Error?: string; Cause?: string; Status?: string }[]
  readonly pending?: readonly string[]
}

/** Writes the files of a Map with a ResultWriter, and returns the input of Report. */
async function leave(run: string, items: readonly ImageItem[], left: Left): Promise<ReportInput> {
  const folder = `${resultsPrefix(run)}/0b1c`
  const input = (id: string) => JSON.stringify({ run: { name: run, dryRun: false }, image: { id } })
  const files = {
    SUCCEEDED: left.succeeded ?? [],
    FAILED: (left.failed ?? []).map(({ id, ...rest }) => ({ Input: input(id), Status: 'FAILED', ...rest })),
    PENDING: (left.pending ?? []).map((id) => ({ Input: input(id), Status: 'PENDING' })),
  }
  const named: Record<string, { Key: string; Size: number }[]> = {}
  for (const [status, results] of Object.entries(files)) {
    const Key = `${folder}/${status}_0.json`
    named[status] = results.length === 0 ? [] : [{ Key, Size: 1 }]
    if (results.length > 0) await store.writeJson(Key, results)
  }
  await store.writeJson(`${folder}/manifest.json`, {
    DestinationBucket: 'work',
    MapRunArn: 'arn',
    ResultFiles: named,
  })
  return {
    run: { name: run, dryRun: false },
    execution: `arn:aws:states:us-east-1:123456789012:execution:mirror:${run}`,
    stateMachine: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror',
    items: await store.writeJson(planKey(run), items, items.length),
    map: { ResultWriterDetails: { Bucket: 'work', Key: `${folder}/manifest.json` } },
  }
}

async function report(input: ReportInput): Promise<{ output: ReportOutput; document: Report }> {
  const output = reportOutputSchema.parse(await invoke(handler, input))
  return { output, document: await store.readJson(reportKey(input.run.name), reportSchema) }
}

const REGIONS = ['us-east-1', 'eu-west-1'] as const
const [redis, nginx, busybox, alpine] = ['redis', 'nginx', 'busybox', 'alpine'].map(
  (name, index) => `0000${index + 1}-${name}`,
)
const resolved: Resolved = { image: 'redis', tags: [{ tag: 'latest', ...descriptorOf('a') }], artifacts: [] }
const sync = {
  status: 'synced',
  bytes: 10,
  seconds: 1,
  blobs: { copied: 1, mounted: 0, present: 0 },
  warnings: 0,
} as const

test('reports outcome, tags and error of every pair', async () => {
  const items = itemsOf({ regions: [...REGIONS], images: ['redis', 'nginx', 'busybox', 'alpine'] })
  await store.writeJson(resolvedKey('run-1', redis ?? ''), resolved)
  const result: SyncResult = {
    outcome: { ...sync, status: 'failed', error: { name: 'RegistryUnavailable', message: 'no answer' } },
    log: 'https://log',
    tags: [],
    warnings: [],
    requests: {},
  }
  await store.writeJson(resultKey('run-1', nginx ?? '', regionTarget('eu-west-1')), result)
  const { output, document } = await report(
    await leave('run-1', items, {
      succeeded: [
        { id: redis, waves: [[{ target: 'us-east-1', sync }], [{ target: 'eu-west-1', outcome: 'inSync' }]] },
        {
          id: nginx,
          waves: [[{ target: 'us-east-1', sync }], [{ target: 'eu-west-1', sync: result.outcome }]],
        },
        { no: 'end' },
      ],
      failed: [{ id: busybox ?? '', Error: StatesErrorName.Runtime, Cause: 'odd' }],
      pending: [alpine ?? ''],
    }),
  )
  expect(output.counts).toEqual({ images: 4, pairs: 8, inSync: 1, synced: 2, deferred: 0, failed: 5 })
  expect(output.report).toEqual({ bucket: 'work', key: 'runs/run-1/report.json', count: 8 })
  expect(output.failed).toBe(true)
  expect(
    document.pairs.map(({ image, region, outcome, error }) => [image, region, outcome, error?.name]),
  ).toEqual([
    ['redis', 'us-east-1', 'synced', undefined],
    ['redis', 'eu-west-1', 'inSync', undefined],
    ['nginx', 'us-east-1', 'synced', undefined],
    ['nginx', 'eu-west-1', 'failed', 'RegistryUnavailable'],
    ['busybox', 'us-east-1', 'failed', StatesErrorName.Runtime],
    ['busybox', 'eu-west-1', 'failed', StatesErrorName.Runtime],
    ['alpine', 'us-east-1', 'failed', 'OutcomeMissing'],
    ['alpine', 'eu-west-1', 'failed', 'OutcomeMissing'],
  ])
  expect(document.pairs[0]).toMatchObject({
    tags: [{ tag: 'latest', digest: resolved.tags[0]?.digest }],
    bytes: 10,
  })
  expect(output.alert?.message).toContain('log: https://log')
  expect(output.alert?.message).toContain('aws s3 cp s3://work/runs/run-1/report.html . --region us-east-1')
  const page = await new S3Client().send(new GetObjectCommand({ Bucket: 'work', Key: pageKey('run-1') }))
  expect(page.ContentType).toBe('text/html; charset=utf-8')
  expect(await page.Body?.transformToString()).toContain('<h1>5 of 8 pairs failed</h1>')
})

test('reports tags that a target keeps with the digests of the target, also in a dry run', async () => {
  const images = [{ source: 'redis', tags: { include: ['latest'], missingOnly: true } }]
  const items = itemsOf({ regions: ['us-east-1', 'eu-west-1'], images })
  await store.writeJson(resolvedKey('run-kept', redis ?? ''), resolved)
  const kept = [{ tag: 'latest', digest: digestOf('held'), source: digestOf('a') }]
  for (const region of REGIONS)
    await store.writeJson(keptKey('run-kept', redis ?? '', regionTarget(region)), kept)
  const ends = [[{ target: 'us-east-1', outcome: 'inSync' }], [{ target: 'eu-west-1', outcome: 'stale' }]]
  const { document } = await report(
    await leave('run-kept', items, { succeeded: [{ id: redis, waves: ends }] }),
  )
  expect(document.pairs.map(({ tags }) => tags)).toEqual([
    [{ tag: 'latest', digest: digestOf('held') }],
    [{ tag: 'latest', digest: digestOf('held') }],
  ])
  for (const { warnings } of document.pairs)
    expect(warnings).toEqual([expect.stringContaining('missingOnly')])
})

test('reports which tags moved, and when the build was where', async () => {
  const items = itemsOf({ regions: ['us-east-1'], images: ['redis'] })
  await store.writeJson(resolvedKey('run-moved', redis ?? ''), resolved)
  const times = {
    ordered: '2026-11-30T01:00:00.000Z',
    queued: '2026-11-30T01:00:01.000Z',
    copying: '2026-11-30T01:00:09.000Z',
    ended: '2026-11-30T01:00:10.000Z',
  }
  const outcome = { ...sync, moved: 1, times }
  const result: SyncResult = {
    outcome,
    tags: [],
    warnings: [],
    requests: {},
    before: { latest: digestOf('old') },
  }
  await store.writeJson(resultKey('run-moved', redis ?? '', regionTarget('us-east-1')), result)
  const succeeded = [{ id: redis, waves: [[{ target: 'us-east-1', sync: outcome }]] }]
  const { document } = await report(await leave('run-moved', items, { succeeded }))
  expect(document.pairs).toMatchObject([
    {
      outcome: 'synced',
      times,
      tags: [{ tag: 'latest', digest: resolved.tags[0]?.digest, was: digestOf('old') }],
    },
  ])
})

test('sends no alert for a run without failures', async () => {
  const items = itemsOf({ regions: ['us-east-1'], images: ['redis'] })
  const succeeded = [{ id: redis, waves: [[{ target: 'us-east-1', sync: { ...sync, status: 'deferred' } }]] }]
  const { output } = await report(await leave('run-2', items, { succeeded }))
  expect(output).toMatchObject({ failed: false, counts: { deferred: 1, failed: 0 } })
})

test('writes an empty report for a run without items', async () => {
  const input = await leave('run-3', [], {})
  const { output } = await report({ ...input, map: {} })
  expect(output).toMatchObject({ failed: false, counts: { images: 0, pairs: 0 } })
})

test('stores many failed pairs in S3 for the rerun', async () => {
  const images = Array.from({ length: 200 }, (_, index) => `quay.io/team/app${index}:1`)
  const { output } = await report(await leave('run-4', itemsOf({ regions: [...REGIONS], images }), {}))
  expect(output.alert?.message).toContain(`'{"only":"s3://work/runs/run-4/rerun.json"}'`)
  expect(Buffer.byteLength(JSON.stringify(output))).toBeLessThan(256 * 1024)
})

test('writes the report despite an unreadable document', async () => {
  const items = itemsOf({ regions: ['us-east-1'], images: ['redis'] })
  await store.writeJson(resolvedKey('run-5', redis ?? ''), { broken: true })
  const succeeded = [{ id: redis, waves: [[{ target: 'us-east-1', outcome: 'inSync' }]] }]
  const { document } = await report(await leave('run-5', items, { succeeded }))
  expect(document.pairs).toMatchObject([{ outcome: 'inSync', tags: [] }])
})

test('fails if the results of the Map are missing', async () => {
  const input = await leave('run-6', itemsOf({ regions: ['us-east-1'], images: ['redis'] }), {})
  const lost = { ...input, map: { ResultWriterDetails: { Bucket: 'work', Key: 'nothing/manifest.json' } } }
  expect((await invokeAndFail(handler, lost)).message).toBe('s3://work/nothing/manifest.json does not exist')
})
