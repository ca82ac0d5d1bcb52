// Prune, with the embedded ECR and a registry over HTTP, and the documents of runs in S3.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { Resolved } from '../../mirror/documents.ts'
import { prunedKey, prunedSummaryKey, pruneKey, resolvedKey, stateKey } from '../../mirror/keys.ts'
import { pruneRulesSchema } from '../../mirror/list/time/prune.ts'
import { type PrunedPlace, prunedTagSchema } from '../../mirror/prune/documents.ts'
import { stateRecordSchema, type TagState } from '../../mirror/state/record.ts'
import { regionTarget, type Target } from '../../mirror/target.ts'
import type { EcrRepository, Registries } from '../../registry/model/registry.ts'
import { createRegistries } from '../../registry/open.ts'
import { openWorkBucket, type WorkBucket } from '../../store/work-bucket.ts'
import { type LocalS3, startS3 } from '../store/s3.ts'
import { refuse } from '../support/actions.ts'
import { imageOf, manifestOf, randomBlob, sourceOf } from '../support/content.ts'
import { type EcrCloud, startEcrCloud } from '../support/ecr-cloud.ts'
import { startFaultyRegistry } from '../support/faulty-registry.ts'
import { invoke, muteConsole } from './invoke.ts'

const DAY = 86_400_000
const NOW = Date.UTC(2026, 10, 30, 12)
const IMAGE = 'docker.io/library/redis'
const HOME = regionTarget('us-east-1')

let s3: LocalS3
let store: WorkBucket
let cloud: EcrCloud
let registries: Registries
let repository: EcrRepository
let program: typeof import('../../lambdas/prune.ts')
let runs = 0
/** Of S3, which ECR's stubs take with them. */
let S3_ENVIRONMENT: Record<string, string | undefined>
const onOddity = vi.fn()

beforeAll(async () => {
  s3 = await startS3()
  const { AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env
  S3_ENVIRONMENT = { AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }
  muteConsole()
  Object.assign(process.env, { WORK_BUCKET: 'work', POWERTOOLS_DEV: 'true' })
  store = openWorkBucket('work')
  program = await import('../../lambdas/prune.ts')
})
afterAll(() => s3.stop())

beforeEach(async () => {
  onOddity.mockClear()
  cloud = await startEcrCloud()
  registries = createRegistries({ retry: { attempts: 1 } })
  repository = await registries.ecr('us-east-1', 'mirror/redis')
  await repository.ensure({ immutableTags: false, scanOnPush: false, tags: {} })
})
afterEach(async () => {
  await registries.close()
  await cloud[Symbol.asyncDispose]()
  Object.assign(process.env, S3_ENVIRONMENT)
})

/** Pushes an image under these tags, and returns its digest. */
async function push(...tags: string[]) {
  const image = imageOf([randomBlob(50)])
  for (const blob of image.blobs) await repository.putBlob(blob.descriptor, sourceOf(blob))
  for (const tag of tags) await repository.putManifest(image.manifest, tag)
  return image.manifest
}

function at(days: number): string {
  return new Date(NOW - days * DAY).toISOString()
}

/** A tag that we wrote a month ago, and that has been unwanted for so many days. */
function written(digest: string, days?: number): TagState {
  const unwanted = days === undefined ? {} : { unwanted: at(days) }
  return { digest, changed: at(30), verified: at(29), written: true, image: IMAGE, ...unwanted }
}

interface Case {
  readonly tags: Readonly<Record<string, TagState>>
  readonly rules?: Partial<PrunedPlace['entries'][number]['rules']>
  /** @default - all tags of the record are gone from the source */
  readonly unwanted?: Resolved['unwanted'] | null
  readonly target?: Target
  readonly name?: string
  readonly dryRun?: boolean
}

/** Runs Prune on one repository, and returns what it did and the record that it left. */
async function prune({
  tags,
  rules = {},
  unwanted,
  target = HOME,
  name = 'mirror/redis',
  dryRun = false,
}: Case) {
  const run = { name: `run-${++runs}`, dryRun }
  const entry = { image: IMAGE, id: '00001-redis', rules: pruneRulesSchema.parse(rules) }
  const record = { repository: name, targets: { [target.id]: { tags: { ...tags } } } }
  await store.writeJson(stateKey(name), record)
  const gone = Object.keys(tags).map((tag) => ({ tag, reason: 'gone' as const }))
  const resolved = { image: IMAGE, tags: [], artifacts: [], unwanted: unwanted ?? gone }
  if (unwanted !== null) await store.writeJson(resolvedKey(run.name, entry.id), resolved)
  const places: PrunedPlace[] = [{ repository: name, targets: [target], entries: [entry] }]
  const pointer = await store.writeJson(pruneKey(run.name), places, 1)
  const counts = await program.prune(
    { run, prune: pointer },
    {
      store,
      registries,
      readCredentials: async () => undefined,
      now: () => new Date(NOW),
      hasTime: () => true,
      onOddity,
    },
  )
  expect(await store.readJson(prunedSummaryKey(run.name), z.unknown())).toEqual(counts)
  const pruned = (await store.findJson(prunedKey(run.name, 0), z.array(prunedTagSchema))) ?? []
  const left = await store.readJson(stateKey(name), stateRecordSchema)
  return { counts, pruned, left: left.targets[target.id]?.tags ?? {} }
}

test('deletes a tag whose days are over, and neither another tag of its image nor other images', async () => {
  const both = await push('7.0', 'theirs')
  const other = await push('7.1')
  const { counts, pruned, left } = await prune({
    tags: { '7.0': written(both.digest, 8), '7.1': written(other.digest, 6) },
  })
  expect(await repository.tagDigests(['7.0', 'theirs', '7.1'])).toEqual(
    new Map([
      ['theirs', both.digest],
      ['7.1', other.digest],
    ]),
  )
  expect(counts).toEqual({ deleted: 1, refused: 0, waiting: 1 })
  expect(pruned).toMatchObject([
    { target: 'us-east-1', repository: 'mirror/redis', tag: '7.0', reason: 'gone', status: 'deleted' },
    { tag: '7.1', status: 'waits', note: at(-1) },
  ])
  expect(Object.keys(left)).toEqual(['7.1'])
})

test('a first run marks what is unwanted, and a later one unmarks what is wanted again', async () => {
  const { digest } = await push('7.0', '7.1')
  const first = await prune({
    tags: { '7.0': written(digest), '7.1': written(digest, 3) },
    unwanted: [{ tag: '7.0', reason: 'gone' }],
  })
  expect(first.left['7.0']).toMatchObject({ unwanted: at(0) })
  expect(first.left['7.1']).not.toHaveProperty('unwanted')
  expect(await repository.tagDigests(['7.0', '7.1'])).toHaveProperty('size', 2)
})

test('an index keeps its children: the refusal of ECR is reported, and the tag stays marked', async () => {
  const child = await push('7.0')
  const { mediaType, digest, bytes } = child
  const index = manifestOf(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [{ mediaType, digest, size: bytes.length }],
    },
    'application/vnd.oci.image.index.v1+json',
  )
  await repository.putManifest(index, 'latest')
  const { counts, pruned, left } = await prune({ tags: { '7.0': written(digest, 8) } })
  expect(counts).toEqual({ deleted: 0, refused: 1, waiting: 0 })
  expect(pruned).toMatchObject([
    { tag: '7.0', status: 'refused', note: expect.stringContaining('ImageReferencedByManifestList') },
  ])
  expect(left['7.0']).toMatchObject({ unwanted: at(8) })
})

test('leaves a tag that another client has moved, and forgets it', async () => {
  const { digest } = await push('7.0')
  const theirs = await push('7.0')
  const { pruned, left } = await prune({ tags: { '7.0': written(digest, 8) } })
  expect(pruned).toMatchObject([{ tag: '7.0', status: 'changed' }])
  expect((await repository.tagDigests(['7.0'])).get('7.0')).toBe(theirs.digest)
  expect(left).toEqual({})
})

test('forgets a tag that is gone already', async () => {
  const { digest } = await push('7.0')
  const { pruned, left } = await prune({ tags: { '6.0': written(digest, 8) } })
  expect([pruned, left]).toEqual([[], {}])
})

test('a dry run deletes and records nothing', async () => {
  const { digest } = await push('7.0')
  const tags = { '7.0': written(digest, 8), '7.1': written(digest) }
  const { pruned, left } = await prune({ tags, dryRun: true })
  expect(pruned).toMatchObject([
    { tag: '7.0', status: 'wouldDelete' },
    { tag: '7.1', status: 'waits' },
  ])
  expect(left).toEqual(tags)
  expect(await repository.tagDigests(['7.0'])).toHaveProperty('size', 1)
})

test('does nothing if the image was not resolved', async () => {
  const { digest } = await push('7.0')
  const tags = { '7.0': written(digest, 8) }
  expect(await prune({ tags, unwanted: null })).toMatchObject({ pruned: [], left: tags })
})

test('deletes none of the tags if more are due than may go at once', async () => {
  const { digest } = await push('a', 'b', 'c', 'd', 'e', 'f')
  const tags = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((tag) => [tag, written(digest, 8)]))
  const { counts, pruned, left } = await prune({ tags })
  expect(counts).toEqual({ deleted: 0, refused: 6, waiting: 0 })
  expect(pruned[0]).toMatchObject({
    status: 'held',
    note: '6 tags are due, and "prune.share" allows 5 at once',
  })
  expect(Object.keys(left)).toHaveLength(6)
  const all = await prune({ tags, rules: { share: 100 } })
  expect(all.counts).toEqual({ deleted: 6, refused: 0, waiting: 0 })
})

test.each([
  ['deletes a tag by the registry protocol', undefined, 'deleted', undefined],
  [
    'reports a registry that cannot delete tags',
    refuse(405, 'UNSUPPORTED', 'no'),
    'refused',
    /does not support deleting tags/,
  ],
  ['reports a registry that refuses', refuse(403, 'DENIED', 'no'), 'refused', /./],
])('%s', async (_, action, status, note) => {
  await using registry = await startFaultyRegistry()
  const target: Target = {
    id: 'harbor',
    kind: 'registry',
    registry: registry.address,
    repository: 'ops/redis',
  }
  const there = await registries.open({ registry: registry.address, repository: 'ops/redis' })
  const image = imageOf([randomBlob(50)])
  for (const blob of image.blobs) await there.putBlob(blob.descriptor, sourceOf(blob))
  for (const tag of ['7.0', 'theirs']) await there.putManifest(image.manifest, tag)
  if (action) registry.faults.add(/DELETE /, action)
  const { pruned } = await prune({
    tags: { '7.0': written(image.manifest.digest, 8) },
    target,
    name: 'ops/redis',
  })
  expect(pruned).toMatchObject([{ target: 'harbor', repository: 'ops/redis', status }])
  if (note) expect(pruned[0]?.note).toMatch(note)
  expect((await there.headManifest('7.0')) === undefined).toBe(status === 'deleted')
  expect(await there.headManifest('theirs')).toBeDefined()
})

test('a target that does not answer keeps its tags, and says why', async () => {
  const target: Target = { id: 'harbor', kind: 'registry', registry: '127.0.0.1:1', repository: 'ops/redis' }
  const { pruned, left } = await prune({
    tags: { '7.0': written(`sha256:${'a'.repeat(64)}`, 8) },
    target,
    name: 'ops/redis',
  })
  expect(pruned).toMatchObject([{ status: 'refused', note: expect.stringContaining('127.0.0.1:1') }])
  expect(Object.keys(left)).toEqual(['7.0'])
})

test('an attempt that is repeated keeps the deletions of the first one', async () => {
  const { digest } = await push('7.0', '7.1')
  await store.writeJson(prunedKey(`run-${runs + 1}`, 0), [
    {
      target: 'us-east-1',
      repository: 'mirror/redis',
      tag: '6.0',
      digest,
      reason: 'gone',
      since: at(8),
      status: 'deleted',
    },
  ])
  const { pruned } = await prune({ tags: { '7.0': written(digest, 8) } })
  expect(pruned.map(({ tag, status }) => [tag, status])).toEqual([
    ['6.0', 'deleted'],
    ['7.0', 'deleted'],
  ])
})

test('as a function, leaves what it has no time for to the next run', async () => {
  const { digest } = await push('7.0')
  const run = { name: 'run-late', dryRun: false }
  await store.writeJson(stateKey('mirror/redis'), {
    repository: 'mirror/redis',
    targets: { 'us-east-1': { tags: { '7.0': written(digest, 8) } } },
  })
  const entries = [{ image: IMAGE, expired: 'prune' }]
  const prunes = await store.writeJson(pruneKey(run.name), [
    { repository: 'mirror/redis', targets: [HOME], entries },
  ])
  const counts = (ms: number) =>
    invoke(program.handler, { run, prune: prunes }, { getRemainingTimeInMillis: () => ms })
  expect(await counts(10_000)).toEqual({ deleted: 0, refused: 0, waiting: 0 })
  expect(await counts(300_000)).toEqual({ deleted: 1, refused: 0, waiting: 0 })
})
