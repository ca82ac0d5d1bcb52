import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Fault } from '../../local/aws/call.ts'
import { type Ecr, startEcr } from '../../local/aws/ecr.ts'
import { type DiffOutput, diffOutputSchema, type PairState } from '../../mirror/contract.ts'
import {
  keptSchema,
  type Resolved,
  type WorkOrder,
  warningsSchema,
  workOrderSchema,
} from '../../mirror/documents.ts'
import { resolvedKey } from '../../mirror/keys.ts'
import { regionTarget } from '../../mirror/target.ts'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import type { EcrRepository, Registries } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { openWorkBucket } from '../../store/work-bucket.ts'
import { itemsOf } from '../mirror/lists.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { digestOfBytes } from '../support/content.ts'
import { invoke, invokeAndFail, linesOf, muteConsole } from './invoke.ts'

const DENIED: Fault = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify({
    __type: 'AccessDeniedException',
    message: 'not authorized to perform ecr:DescribeImages',
  }),
}

let s3: LocalS3
let ecr: Ecr
let dir: string
let registries: Registries
let handler: typeof import('../../lambdas/diff.ts').handler
let refused = false

beforeAll(async () => {
  s3 = await startS3()
  dir = await mkdtemp(join(tmpdir(), 'ecr-'))
  ecr = await startEcr({
    dir,
    account: '123456789012',
    regions: ['us-east-1', 'eu-west-1'],
    onRequest: ({ action }) => (refused && action === 'DescribeImages' ? DENIED : undefined),
  })
  muteConsole()
  Object.assign(process.env, {
    WORK_BUCKET: 'work',
    POWERTOOLS_DEV: 'true',
    AWS_ENDPOINT_URL_ECR: ecr.endpoint,
  })
  registries = createRegistries()
  ;({ handler } = await import('../../lambdas/diff.ts'))
})
afterAll(async () => {
  await registries.close()
  await ecr.close()
  await s3.stop()
  await rm(dir, { recursive: true, force: true })
})

const SETTINGS = { immutableTags: false, scanOnPush: false, tags: {} }

async function pushBlob(repository: EcrRepository, mediaType: string, text: string): Promise<Descriptor> {
  const bytes = Buffer.from(text)
  const descriptor = { mediaType, digest: digestOfBytes(bytes), size: bytes.length }
  await repository.putBlob(descriptor, {
    size: bytes.length,
    open: async () =>
      (async function* () {
        yield bytes
      })(),
  })
  return descriptor
}

/** Stores an image in a region. Equal names give equal images. */
async function push(
  region: string,
  name: string,
  { tag, subject }: { tag?: string; subject?: Descriptor },
): Promise<Descriptor> {
  const repository = await registries.ecr(region, 'mirror/app')
  await repository.ensure(SETTINGS)
  const document = {
    schemaVersion: 2,
    mediaType: MediaType.ociManifest,
    config: await pushBlob(repository, 'application/vnd.oci.image.config.v1+json', JSON.stringify({ name })),
    layers: [await pushBlob(repository, 'application/vnd.oci.image.layer.v1.tar', name)],
    ...(subject && { subject }),
  }
  const bytes = Buffer.from(JSON.stringify(document))
  const { mediaType } = document
  const { digest } = await repository.putManifest({ mediaType, digest: digestOfBytes(bytes), bytes }, tag)
  return { mediaType, digest, size: bytes.length }
}

/** Calls Diff with the resolved tags of a run. */
async function stateOf(resolved: Resolved, run: string): Promise<PairState> {
  const [item] = itemsOf({
    regions: ['us-east-1', 'eu-west-1'],
    images: [{ source: 'quay.io/team/app', repository: 'mirror/app' }],
  })
  const { targets: [target] = [], readFrom = [] } = item?.waves[1] ?? {}
  if (item === undefined || target === undefined) throw new Error('an image goes to two regions')
  const pointer = await openWorkBucket('work').writeJson(resolvedKey(run, item.id), resolved)
  return { run: { name: run, dryRun: false }, image: item, resolved: pointer, target, readFrom }
}

async function diff(
  resolved: Resolved,
  run: string,
): Promise<{ output: DiffOutput; order: WorkOrder | undefined }> {
  const output = diffOutputSchema.parse(await invoke(handler, await stateOf(resolved, run)))
  if (!('order' in output)) return { output, order: undefined }
  return { output, order: await openWorkBucket('work').readJson(output.order.key, workOrderSchema) }
}

test('finds everything missing in a missing repository, and lists the nearest place first', async () => {
  const image = await push('us-east-1', 'first', { tag: '1.0' })
  const resolved: Resolved = { image: 'quay.io/team/app', tags: [{ tag: '1.0', ...image }], artifacts: [] }
  const { output, order } = await diff(resolved, 'run-1')
  expect(output).toMatchObject({
    status: 'missing',
    order: { key: 'runs/run-1/images/00001-app/eu-west-1/order.json', count: 1 },
  })
  expect(order).toMatchObject({
    target: regionTarget('eu-west-1'),
    repository: 'mirror/app',
    tags: resolved.tags,
    readFrom: [
      { target: regionTarget('us-east-1'), repository: 'mirror/app' },
      { registry: 'quay.io', repository: 'team/app' },
    ],
  })
})

test('every line of the log names its pair and its run', async () => {
  vi.clearAllMocks()
  await diff({ image: 'quay.io/team/app', tags: [], artifacts: [] }, 'run-log')
  const lines = linesOf('info', 'warn', 'error')
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) {
    const pair = { id: '00001-app', image: 'quay.io/team/app', target: 'eu-west-1' }
    expect(line).toMatchObject({ service: 'image-mirror', run: 'run-log', ...pair })
  }
})

test('finds a region with every digest in sync, and only a moved tag missing', async () => {
  const image = await push('eu-west-1', 'second', { tag: '2.0' })
  const other = await push('eu-west-1', 'third', { tag: '3.0' })
  const referrer = await push('eu-west-1', 'sbom', { subject: image })
  const resolved: Resolved = {
    image: 'quay.io/team/app',
    tags: [{ tag: '2.0', ...image }, { tag: '3.0', ...other }, { ...image }],
    artifacts: [{ ...referrer, subject: image.digest }],
  }
  expect((await diff(resolved, 'run-2')).output).toEqual({ status: 'inSync', at: expect.any(String) })
  const incomplete = { ...resolved, warnings: ['the source does not tell all artifacts'] }
  expect((await diff(incomplete, 'run-2')).output).toEqual({
    status: 'inSync',
    at: expect.any(String),
    warnings: 1,
  })
  const written = await openWorkBucket('work').readJson(
    'runs/run-2/images/00001-app/eu-west-1/warnings.json',
    warningsSchema,
  )
  expect(written).toEqual(incomplete.warnings)

  const moved = {
    ...resolved,
    tags: [
      { tag: '2.0', ...image },
      { tag: '3.0', ...image },
    ],
  }
  expect((await diff(moved, 'run-3')).order).toMatchObject({ tags: [{ tag: '3.0' }], artifacts: [] })
  expect((await diff({ ...moved, warnings: incomplete.warnings }, 'run-3')).order?.warnings).toEqual(
    incomplete.warnings,
  )
})

const warningsOf = (run: string) =>
  openWorkBucket('work').readJson(`runs/${run}/images/00001-app/eu-west-1/warnings.json`, warningsSchema)

test('reports settings of the repository that differ from the list, whether the pair is in sync or not', async () => {
  const image = await push('eu-west-1', 'settings', { tag: '8.0' })
  const resolved = (tag: string): Resolved => ({
    image: 'quay.io/team/app',
    tags: [{ tag, ...image }],
    artifacts: [],
  })
  const withSettings = async (tag: string, run: string) => {
    const state = await stateOf(resolved(tag), run)
    const settings = { ...state.image.settings, repositories: { immutableTags: true } }
    return diffOutputSchema.parse(await invoke(handler, { ...state, image: { ...state.image, settings } }))
  }
  expect(await withSettings('8.0', 'run-settings')).toMatchObject({ status: 'inSync', warnings: 1 })
  const said = 'repositories.immutableTags: its tags are mutable, and in the list immutable'
  expect(await warningsOf('run-settings')).toEqual([expect.stringContaining(said)])
  const stale = await withSettings('8.1', 'run-settings-stale')
  if (!('order' in stale)) throw new Error('a tag is missing')
  const order = await openWorkBucket('work').readJson(stale.order.key, workOrderSchema)
  expect(order.warnings).toEqual([expect.stringContaining(said)])
})

test('passes failed tags to the order, and fails the pair once all others are in place', async () => {
  const image = await push('eu-west-1', 'fourth', { tag: '4.0' })
  const gone = { tag: '5.0', name: 'SourceNotFound', message: 'quay.io/team/app has no tag "5.0"' }
  const blocked = { tag: '6.0', name: 'InvalidImage', message: 'answered 451' }
  const resolved: Resolved = {
    image: 'quay.io/team/app',
    tags: [
      { tag: '4.0', ...image },
      { tag: '4.1', ...image },
    ],
    failed: [gone, blocked],
    artifacts: [],
  }
  const { order } = await diff(resolved, 'run-5')
  expect(order).toMatchObject({ tags: [{ tag: '4.1' }], failed: [gone, blocked], wanted: 4 })

  const rest = { ...resolved, tags: resolved.tags.slice(0, 1) }
  expect((await diff(rest, 'run-6')).output).toEqual({
    status: 'failed',
    at: expect.any(String),
    error: {
      name: 'SourceNotFound',
      message: '2 of 3 tags failed: 5.0: quay.io/team/app has no tag "5.0"; 6.0: answered 451',
    },
    warnings: 0,
  })
})

test('fails a dry run of an image with failed tags, for any content of the region', async () => {
  const failed = [{ tag: '5.0', name: 'SourceNotFound', message: 'no' }]
  const tags = [{ tag: '9.9', digest: digestOfBytes(Buffer.from('x')), mediaType: 'x', size: 1 }]
  const state = await stateOf({ image: 'app', tags, failed, artifacts: [] }, 'run-7')
  const output = await invoke(handler, { ...state, run: { name: 'run-7', dryRun: true } })
  expect(output).toMatchObject({ status: 'failed', error: { message: '1 of 2 tags failed: 5.0: no' } })
})

test('fails as AccessDenied without permission for ECR', async () => {
  const image = await push('eu-west-1', 'second', { tag: '2.0' })
  const state = await stateOf({ image: 'app', tags: [{ tag: '2.0', ...image }], artifacts: [] }, 'run-4')
  refused = true
  const error = await invokeAndFail(handler, state)
  refused = false
  expect(error.name).toBe('AccessDenied')
  expect(error.message).toContain('ECR in eu-west-1, repository mirror/app')
})

test('with missingOnly, a tag that the region has is left, and both digests are said', async () => {
  const held = await push('eu-west-1', 'fifth', { tag: '7.0' })
  const newer = await push('us-east-1', 'sixth', { tag: '7.0' })
  const tags = [{ tag: '7.0', ...newer }]
  const state = await stateOf({ image: 'app', tags, artifacts: [] }, 'run-8')
  const image = { ...state.image, select: { ...state.image.select, missingOnly: true } }
  const store = openWorkBucket('work')
  const folder = 'runs/run-8/images/00001-app/eu-west-1'

  expect(await invoke(handler, { ...state, image })).toEqual({
    status: 'inSync',
    at: expect.any(String),
    warnings: 1,
  })
  expect(await store.readJson(`${folder}/kept.json`, keptSchema)).toEqual([
    { tag: '7.0', digest: held.digest, source: newer.digest },
  ])
  const warning = `7.0 (${held.digest}, the source has ${newer.digest})`
  expect(await store.readJson(`${folder}/warnings.json`, warningsSchema)).toEqual([
    expect.stringContaining(warning),
  ])

  const more = await stateOf(
    { image: 'app', tags: [...tags, { tag: '7.1', ...newer }], artifacts: [] },
    'run-9',
  )
  await invoke(handler, { ...more, image })
  const order = await store.readJson(`runs/run-9/images/00001-app/eu-west-1/order.json`, workOrderSchema)
  expect(order).toMatchObject({ tags: [{ tag: '7.1' }], warnings: [expect.stringContaining(warning)] })
})
