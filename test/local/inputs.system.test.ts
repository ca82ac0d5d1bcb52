// One deployment, started with each kind of input.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REQUESTS } from '../../estimate/documents.ts'
import { openRegion } from '../../local/aws/ecr/region.ts'
import { ACCOUNT } from '../../local/cloud.ts'
import type { Json } from '../../local/json.ts'
import type { LocalRun } from '../../local/run.ts'
import { builder } from '../../local/upstream/builder.ts'
import { plainSample } from '../../local/upstream/samples.ts'
import { type FaultyRegistry, startFaultyRegistry } from '../support/faulty-registry.ts'
import { startRun, stateFolder } from './runs.ts'

const REGIONS = ['us-east-1', 'eu-west-1']
const WRITES = [
  'CreateRepository',
  'InitiateLayerUpload',
  'UploadLayerPart',
  'CompleteLayerUpload',
  'PutImage',
]

const stack = new AsyncDisposableStack()
let stateDir: string
let source: FaultyRegistry
let pushed: string | undefined
let done: LocalRun

beforeAll(async () => {
  stateDir = await stateFolder(stack)
  source = stack.use(await startFaultyRegistry())
  for (const name of ['app', 'tool', 'extra']) {
    await source.store.repositories.create(name)
    await plainSample(name, ['1'])(builder(source.store, name))
  }
  pushed = await fillEcr()
  await mkdir(join(stateDir, 's3', 'lists'), { recursive: true })
  await writeFile(join(stateDir, 's3', 'lists', 'mine.yaml'), `images: ['${imageOf('extra')}']`)
  done = await startRun(stack, list(), {
    stateDir,
    input: { dryRun: true },
    anonymousPull: false,
    keepCalls: true,
  })
})

afterAll(() => stack.disposeAsync())

function imageOf(name: string): string {
  return `${source.address}/${name}:1`
}

function list() {
  const images = [imageOf('app'), { source: imageOf('tool'), schedule: 'rate(1 hour)' }]
  const push = { repositories: ['team/*'] }
  return { regions: REGIONS, prefix: 'mirror', images, push }
}

/** Pushes an image to the home region, and returns its digest. */
async function fillEcr(): Promise<string | undefined> {
  const dir = join(stateDir, 'ecr', 'us-east-1')
  await mkdir(dir, { recursive: true })
  const { store } = await openRegion(dir, ACCOUNT, 'us-east-1')
  await store.repositories.create('team/app')
  await plainSample('team', ['1'])(builder(store, 'team/app'))
  return store.tags.find('team/app', '1')
}

/** The writes since this number of calls, as `region repository`. */
function writtenSince(calls: number): string[] {
  const writes = done.calls.slice(calls).filter(({ action }) => WRITES.includes(action ?? ''))
  return [
    ...new Set(writes.map(({ region, resource }) => `${region} ${resource.split('repository/')[1]}`)),
  ].sort()
}

async function execute(input: Json) {
  const ecr = () => done.calls.filter(({ service }) => service === 'ecr').length
  const s3 = () =>
    done.calls.filter(({ service, accessKeyId }) => service === 's3' && accessKeyId !== 'local')
  const [before, asked] = [ecr(), s3().length]
  const { document, ended, alerts } = await done.execute(input)
  // The calls to ECR are recorded last.
  const written = writtenSince(done.calls.length - (ecr() - before))
  const requests = s3()
    .slice(asked)
    .map(({ action = '' }) => action)
  return { counts: document.counts, written, ended, alerts, requests }
}

test('plans and compares everything, and writes nothing with dryRun', () => {
  expect(done.document.counts).toMatchObject({ pairs: 4, missing: 4, synced: 0, failed: 0 })
  expect(done.calls.some(({ action }) => action === 'DescribeImages')).toBe(true)
  expect(writtenSince(0)).toEqual([])
  expect(source.matching(/\/blobs\//)).toHaveLength(0)
})

test('runs the images of a schedule', async () => {
  const { counts, written } = await execute({ schedule: 'rate(1 hour)' })
  expect(counts).toMatchObject({ images: 1, pairs: 2, synced: 2 })
  expect(written).toEqual(['eu-west-1 mirror/tool', 'us-east-1 mirror/tool'])
})

test('runs only the pairs that "only" names', async () => {
  const only = [{ image: imageOf('app'), region: 'eu-west-1' }]
  const { counts, written } = await execute({ only })
  expect(counts).toMatchObject({ pairs: 1, synced: 1 })
  expect(written).toEqual(['eu-west-1 mirror/app'])
})

test('runs the whole list for an empty input', async () => {
  const { counts, written, requests } = await execute({})
  expect(counts).toMatchObject({ pairs: 4, inSync: 3, synced: 1 })
  expect(written).toEqual(['us-east-1 mirror/app'])
  expectPriced(requests, { images: 2, pairs: 4, builds: 1 })
})

/** The requests to S3 are about as many as `estimate` counts, and no more. S3 bills a missing object as one GET. */
function expectPriced(
  requests: readonly string[],
  { images, pairs, builds }: { readonly images: number; readonly pairs: number; readonly builds: number },
): void {
  const gets = requests.filter((action) => action === 'GetObject').length
  const missing = requests.filter((action) => action === 'ListBucket').length
  const counted = (kind: 'puts' | 'gets') =>
    REQUESTS.run[kind] +
    images * REQUESTS.image[kind] +
    pairs * REQUESTS.pair[kind] +
    builds * REQUESTS.build[kind]
  const made = { puts: requests.length - gets - missing, gets }
  for (const kind of ['puts', 'gets'] as const) {
    expect(made[kind], `${kind}: ${requests.toSorted().join(' ')}`).toBeLessThanOrEqual(counted(kind))
    expect(made[kind], kind).toBeGreaterThan(0.7 * counted(kind))
  }
}

test('runs a list of its own with images', async () => {
  const { counts, written } = await execute({ images: [imageOf('extra')], regions: ['us-east-1'] })
  expect(counts).toMatchObject({ pairs: 1, synced: 1 })
  expect(written).toEqual(['us-east-1 mirror/extra'])
})

test('runs a list in S3 with imagesFrom', async () => {
  const { counts, written } = await execute({ imagesFrom: 's3://lists/mine.yaml' })
  expect(counts).toMatchObject({ pairs: 2, inSync: 1, synced: 1 })
  expect(written).toEqual(['eu-west-1 mirror/extra'])
})

test('copies a push to the other regions', async () => {
  const push = {
    account: ACCOUNT,
    region: 'us-east-1',
    repository: 'team/app',
    tag: '1',
    digest: pushed ?? '',
  }
  const { counts, written } = await execute({ push })
  expect(counts).toMatchObject({ pairs: 1, synced: 1 })
  expect(written).toEqual(['eu-west-1 team/app'])
})

test.each([
  [{ images: ['registry.evil.example/app:1'] }, 'is not a registry that executions may read from'],
  [{ images: [{ source: 'redis:7', credentials: 'payroll' }] }, 'is not a secret of the deployed list'],
  [{ regions: ['ap-south-1'] }, 'no image goes to "ap-south-1"'],
  [
    {
      push: {
        account: '999999999999',
        region: 'us-east-1',
        repository: 'team/app',
        tag: '1',
        digest: `sha256:${'a'.repeat(64)}`,
      },
    },
    'is not this account',
  ],
])(
  'refuses an input beyond its permissions before any request to a registry: %j',
  async (input, complaint) => {
    const before = done.calls.filter(({ service }) => service === 'ecr').length
    const { ended, alerts } = await execute(input)
    expect(ended).toMatchObject({ status: 'FAILED', error: 'PlanRefused' })
    expect(alerts.map(({ message }) => message)).toEqual([expect.stringContaining(complaint)])
    expect(done.calls.filter(({ service }) => service === 'ecr')).toHaveLength(before)
  },
)

test('refuses an input of 255 KiB, and reports it once, with a command that repeats it', async () => {
  const tags = Array.from({ length: 5_000 }, (_, index) => `missing-${String(index).padStart(36, '0')}`)
  const images = tags.map((tag) => `${imageOf('app').replace(/:1$/, '')}:${tag}`)
  const input = { images, imgaes: [] }
  while (JSON.stringify(input).length > 255 * 1024) images.pop()
  const { ended, alerts } = await execute(input)
  expect(ended).toMatchObject({ status: 'FAILED', error: 'PlanRefused' })
  expect(alerts).toHaveLength(1)
  expect(alerts[0]?.message).toContain('imgaes')
  expect(alerts[0]?.message).toContain('aws stepfunctions describe-execution --execution-arn')
  const reading = done.calls.filter(({ action }) => action === 'DescribeExecution')
  expect(reading.map(({ accessKeyId }) => accessKeyId)).toContainEqual(
    expect.stringMatching(/^MirrorFunctionsReportRole/),
  )
})
