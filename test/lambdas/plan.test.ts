// Plan, called as by Lambda, with its lists in S3 over HTTP.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { hostNothing } from '../../local/aws/deployed/hosted.ts'
import type { ExecutionState } from '../../local/aws/deployed/step-functions.ts'
import { type Ecr, startEcr } from '../../local/aws/ecr.ts'
import { type ImageItem, type PlanOutput, planOutputSchema } from '../../mirror/contract.ts'
import { planSchema } from '../../mirror/documents.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { invoke, invokeAndFail, muteConsole } from './invoke.ts'

const LIST = {
  regions: ['us-east-1', 'eu-west-1'],
  prefix: 'mirror',
  images: ['docker.io/library/redis:7.4', 'quay.io/prometheus/node-exporter:v1.8.2'],
  push: { repositories: ['team/*'] },
}

let s3: LocalS3
let handler: typeof import('../../lambdas/plan.ts').handler

beforeAll(async () => {
  s3 = await startS3()
  muteConsole()
  Object.assign(process.env, { WORK_BUCKET: 'work', LIST_URL: 's3://work/list.json', POWERTOOLS_DEV: 'true' })
  await put('list.json', JSON.stringify(LIST))
  ;({ handler } = await import('../../lambdas/plan.ts'))
})
afterAll(() => s3.stop())

async function put(key: string, text: string): Promise<void> {
  await new S3Client().send(new PutObjectCommand({ Bucket: 'work', Key: key, Body: text }))
}

const arnOf = (run: string) => `arn:aws:states:us-east-1:123456789012:execution:mirror:${run}`

async function plan(input: unknown, run = 'run-1'): Promise<{ output: PlanOutput; items: ImageItem[] }> {
  const output = planOutputSchema.parse(await invoke(handler, { run, execution: arnOf(run), input }))
  return { output, items: await openWorkBucket('work').readJson(output.items.key, planSchema) }
}

/** `redis -> us-east-1 eu-west-1` */
function drawn(items: readonly ImageItem[]): string[] {
  return items.map(({ repository, waves }) => {
    const regions = waves.flatMap(({ targets }) => targets.map(({ id }) => id))
    return `${repository} -> ${regions.join(' ')}`
  })
}

test('plans the images of a schedule', async () => {
  const hourly = { source: 'docker.io/library/nginx:1', schedule: 'rate(1 hour)' }
  await put('list.json', JSON.stringify({ ...LIST, images: [...LIST.images, hourly] }))
  expect(drawn((await plan({ schedule: 'rate(1 hour)' })).items)).toEqual([
    'mirror/nginx -> us-east-1 eu-west-1',
  ])
  expect((await plan({ schedule: 'rate(1 day)' })).items).toHaveLength(2)
  expect((await plan({})).items).toHaveLength(3)
  await put('list.json', JSON.stringify(LIST))
})

describe('a schedule that comes due', () => {
  const executions = new Map<string, ExecutionState>()
  const is = (run: string, status: string) => executions.set(arnOf(run), { status, startDate: new Date() })
  const due = { schedule: 'rate(1 day)', due: '2026-01-01T00:00:00Z' }
  let ecr: Ecr
  let dir: string

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'plan-'))
    ecr = await startEcr({
      dir,
      account: '123456789012',
      regions: ['us-east-1'],
      hosted: { ...hostNothing(), executions },
    })
    vi.stubEnv('AWS_ENDPOINT_URL_SFN', ecr.endpoint)
  })
  afterAll(async () => {
    vi.unstubAllEnvs()
    await ecr.close()
    await rm(dir, { recursive: true, force: true })
  })
  beforeEach(async () => {
    executions.clear()
    await put('schedules/rate_281_20day_29.json', JSON.stringify({ execution: arnOf('waits') }))
  })

  test.each(['RUNNING', 'PENDING_REDRIVE'])('does nothing while an earlier run is %s', async (status) => {
    is('waits', status)
    const { output, items } = await plan(due, 'second')
    expect(items).toEqual([])
    expect(output.run).toEqual({ name: 'second', dryRun: false, leftTo: 'waits' })
    expect((await plan(due, 'third')).output.run.leftTo).toBe('waits')
  })

  test.each(['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'])(
    'proceeds after a run that %s',
    async (status) => {
      is('waits', status)
      const { output, items } = await plan(due, 'second')
      expect(items).toHaveLength(2)
      expect(output.run).toEqual({ name: 'second', dryRun: false, schedule: 'rate(1 day)' })
      is('second', 'RUNNING')
      expect((await plan(due, 'third')).output.run.leftTo).toBe('second')
    },
  )

  test('proceeds if the earlier run is gone, or its status cannot be read', async () => {
    expect((await plan(due, 'second')).items).toHaveLength(2)
    await put('schedules/rate_281_20day_29.json', JSON.stringify({ execution: '' }))
    expect((await plan(due, 'third')).items).toHaveLength(2)
  })

  test('ignores runs of other schedules, and its own turn in a retry of Plan', async () => {
    is('waits', 'RUNNING')
    const other = { source: 'docker.io/library/nginx:1', schedule: 'rate(2 days)' }
    await put('list.json', JSON.stringify({ ...LIST, images: [...LIST.images, other] }))
    expect((await plan({ ...due, schedule: 'rate(2 days)' }, 'other')).output.run.leftTo).toBeUndefined()
    expect((await plan(due, 'waits')).items).toHaveLength(2)
    await put('list.json', JSON.stringify(LIST))
  })

  test('always proceeds for people and pushes, without taking the turn of an active run', async () => {
    is('waits', 'RUNNING')
    const digest = `sha256:${'a'.repeat(64)}`
    const push = { account: '123456789012', region: 'us-east-1', repository: 'team/app', tag: '1', digest }
    for (const input of [{}, { schedule: 'rate(1 day)' }, { push }, { ...due, regions: ['us-east-1'] }])
      expect((await plan(input, 'by-hand')).items.length).toBeGreaterThan(0)
    is('by-hand', 'SUCCEEDED')
    expect((await plan(due, 'second')).output.run.leftTo).toBe('waits')
  })
})

test('passes on the schedule of a run of all its images, for its freshness', async () => {
  const schedule = 'rate(1 day)'
  expect((await plan({ schedule })).output.run).toEqual({ name: 'run-1', dryRun: false, schedule })
  const only = [{ image: 'docker.io/library/redis:7.4', region: 'us-east-1' }]
  for (const narrowed of [{ regions: ['us-east-1'] }, { only }, { dryRun: true }])
    expect((await plan({ schedule, ...narrowed })).output.run).not.toHaveProperty('schedule')
})

test('plans the deployed list for an empty input', async () => {
  const { output, items } = await plan({})
  expect(output).toEqual({
    run: { name: 'run-1', dryRun: false, whole: true },
    items: { bucket: 'work', key: 'runs/run-1/plan.json', count: 2 },
    resultsPrefix: 'runs/run-1/results',
    prune: { bucket: 'work', key: 'runs/run-1/prune.json', count: 0 },
  })
  expect(drawn(items)).toEqual([
    'mirror/redis -> us-east-1 eu-west-1',
    'mirror/prometheus/node-exporter -> us-east-1 eu-west-1',
  ])
})

test('stores a list of the input, from which a rerun plans the same', async () => {
  const { output, items } = await plan({ images: ['quay.io/a/b:1'], dryRun: true }, 'run-2')
  expect(output.run).toEqual({ name: 'run-2', dryRun: true, list: 's3://work/runs/run-2/list.json' })
  const again = await plan({ imagesFrom: output.run.list }, 'run-3')
  expect(again.items).toEqual(items)
})

test('plans only one pair for a rerun of one pair of a list in S3', async () => {
  await put('mine.yaml', 'images:\n  - quay.io/a/b:1\n  - quay.io/a/c:1\n')
  await put('only.json', JSON.stringify([{ image: 'quay.io/a/c:1', region: 'eu-west-1' }]))
  const { items } = await plan({ imagesFrom: 's3://work/mine.yaml', only: 's3://work/only.json' }, 'run-4')
  expect(drawn(items)).toEqual(['mirror/a/c -> eu-west-1'])
})

test('plans a push to the other regions, and its rerun', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const push = { account: '123456789012', region: 'us-east-1', repository: 'team/app', tag: '1', digest }
  const { output, items } = await plan({ push }, 'run-5')
  expect(drawn(items)).toEqual(['team/app -> eu-west-1'])
  expect(items[0]).toMatchObject({
    source: { registry: '123456789012.dkr.ecr.us-east-1.amazonaws.com', repository: 'team/app' },
    select: { include: ['1'], digest, ifMoved: 'skip' },
  })
  const only = [{ image: items[0]?.image, region: 'eu-west-1' }]
  expect(drawn((await plan({ imagesFrom: output.run.list, only }, 'run-6')).items)).toEqual([
    'team/app -> eu-west-1',
  ])
})

test('settles pushes of several regions', async () => {
  const push = { repositories: ['team/*'], from: LIST.regions }
  await put('list.json', JSON.stringify({ ...LIST, push }))
  const pushOf = (region: string, digit: string, second: number) => ({
    account: '123456789012',
    region,
    repository: 'team/app',
    tag: '2',
    digest: `sha256:${digit.repeat(64)}`,
    time: `2026-01-01T00:00:0${second}Z`,
  })
  const first = pushOf('us-east-1', 'a', 1)
  const later = pushOf('eu-west-1', 'b', 2)
  const tried = await plan({ push: later, dryRun: true })
  expect(drawn(tried.items)).toEqual(['team/app -> us-east-1'])
  const alone = await plan({ push: first })
  expect(alone.items[0]).toMatchObject({ select: { digest: first.digest, ifMoved: 'skip' } })
  expect(drawn(alone.items)).toEqual(['team/app -> eu-west-1'])
  const both = await plan({ push: later })
  expect(drawn(both.items)).toEqual(['team/app -> us-east-1 eu-west-1'])
  expect(both.items[0]).toMatchObject({
    source: { registry: '123456789012.dkr.ecr.eu-west-1.amazonaws.com' },
    select: { digest: later.digest, ifMoved: 'restore' },
    keepNewer: { than: later.time, but: [first.digest] },
    conflict: { target: 'us-east-1', message: expect.stringContaining('pushed to us-east-1') },
  })
  const copy = await plan({ push: { ...later, region: 'us-east-1', time: '2026-01-01T00:00:05Z' } })
  expect(copy.items).toEqual([])
  const late = await plan({ push: { ...first, region: 'eu-west-1', time: '2026-01-01T00:00:06Z' } })
  expect(late.items[0]).toMatchObject({ select: { digest: later.digest } })
  expect(late.items[0]?.conflict).toBeUndefined()
  await put('list.json', JSON.stringify(LIST))
})

test('does not record a refused push', async () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const push = { account: '123456789012', region: 'us-east-1', repository: 'other', tag: '1', digest }
  const error = await invokeAndFail(handler, { run: 'refused', execution: 'arn', input: { push } })
  expect(error.name).toBe('InvalidInput')
  expect(await openWorkBucket('work').listKeys('pushes/other')).toEqual([])
})

test('plans no items for a push that no region needs', async () => {
  await put(
    'list.json',
    JSON.stringify({ ...LIST, push: { repositories: ['team/*'], regions: ['us-east-1'] } }),
  )
  const push = {
    account: '123456789012',
    region: 'us-east-1',
    repository: 'a',
    tag: '1',
    digest: `sha256:${'a'.repeat(64)}`,
  }
  const { output } = await plan({ push: { ...push, repository: 'team/app' } }, 'run-7')
  expect(output).toMatchObject({ run: { name: 'run-7', dryRun: false }, items: { count: 0 } })
  await put('list.json', JSON.stringify(LIST))
})

test.each([
  ['an unknown key', { imges: [] }, 'unknown key "imges"; did you mean "images"?'],
  ['a list that is not there', { imagesFrom: 's3://work/none.yaml' }, 's3://work/none.yaml does not exist'],
  [
    'a pair that is not in the list',
    { only: [{ image: 'redis', region: 'us-east-1' }] },
    'only[0]: "redis" is not in the list',
  ],
])('refuses %s, and writes nothing', async (_, input, complaint) => {
  const error = await invokeAndFail(handler, { run: 'refused', execution: 'arn', input })
  expect(error.name).toBe('InvalidInput')
  expect(error.message).toContain(complaint)
  expect(await openWorkBucket('work').findJson('runs/refused/plan.json', z.unknown())).toBeUndefined()
})

test('reports every problem of a long list', async () => {
  const images = Array.from({ length: 40 }, (_, index) => `Bad/image${index}`)
  const { message } = await invokeAndFail(handler, { run: 'refused', execution: 'arn', input: { images } })
  expect(message.split('\n')).toHaveLength(40)
})
