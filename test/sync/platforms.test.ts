// Mirrors some platforms of an image with Resolve, Diff and Sync, from a real registry to the embedded ECR.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { builder } from '../../local/upstream/builder.ts'
import type { Select } from '../../mirror/contract.ts'
import { findMissing, isInSync } from '../../mirror/diff/diff.ts'
import { makeOrder } from '../../mirror/diff/order.ts'
import type { Resolved, WorkOrder } from '../../mirror/documents.ts'
import { type Remembered, rememberedSchema } from '../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../mirror/resolve/resolve.ts'
import { regionTarget } from '../../mirror/target.ts'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { AWAY, HOME, REPOSITORY } from '../copy/aws.ts'
import { closureOf } from '../copy/images.ts'
import { failing, layerOf } from '../copy/registries.ts'
import { FROM, type SyncWorld, startSyncWorld } from './world.ts'

const PLATFORMS = ['linux/amd64', 'linux/arm64']
const SETTINGS = { repositories: { immutableTags: false, scanOnPush: true, tags: {} }, platforms: PLATFORMS }

let world: SyncWorld
let remembered: Remembered | undefined
beforeEach(async () => {
  world = await startSyncWorld()
  remembered = undefined
})
afterEach(() => world[Symbol.asyncDispose]())

interface Upstream {
  readonly index: Descriptor
  readonly platforms: readonly Descriptor[]
  readonly attestations: readonly Descriptor[]
}

/** Three platforms, each with an attestation of BuildKit, under the tag 1.0. */
async function fill(format: 'oci' | 'docker' = 'oci', name = '1.0'): Promise<Upstream> {
  const build = await world.upstream.build(FROM)
  const platforms = await Promise.all(
    ['amd64', 'arm64', 's390x'].map((architecture) =>
      build.image(
        { os: 'linux', architecture },
        [layerOf('base'), layerOf(`${name} ${architecture}`)],
        format,
      ),
    ),
  )
  const attestations = await Promise.all(platforms.map((one) => attest(one)))
  const index = await build.index(format === 'docker' ? platforms : [...platforms, ...attestations], format)
  await build.tag('1.0', index)
  return { index, platforms, attestations }
}

async function attest({ digest }: Descriptor): Promise<Descriptor> {
  const build = builder(world.upstream.store, FROM)
  const layer = await build.blob('application/vnd.in-toto+json', `about ${digest}`)
  const config = await build.blob(
    'application/vnd.oci.image.config.v1+json',
    '{"os":"unknown","architecture":"unknown"}',
  )
  const manifest = await build.manifest({ mediaType: MediaType.ociManifest, config, layers: [layer] })
  return {
    ...manifest,
    platform: { os: 'unknown', architecture: 'unknown' },
    annotations: {
      'vnd.docker.reference.type': 'attestation-manifest',
      'vnd.docker.reference.digest': digest,
    },
  }
}

/** Runs Resolve, and keeps its cache for the next run. */
async function resolve(
  settings: Partial<WorkOrder['settings']> = SETTINGS,
  select: Partial<Select> = { include: ['1.0'] },
): Promise<Resolved> {
  const source = await world.registries.open({ registry: world.upstream.address, repository: FROM })
  return resolveImage(
    source,
    { image: 'app', select: { include: [], exclude: [], ...select }, settings },
    {
      ...(remembered === undefined ? {} : { remembered }),
      remember: async (next) => {
        remembered = rememberedSchema.parse(JSON.parse(JSON.stringify(next)))
      },
    },
  )
}

async function orderFor(resolved: Resolved, region: 'us-east-1' | 'eu-west-1' = HOME): Promise<WorkOrder> {
  const missing = await findMissing(await world.registries.ecr(region, REPOSITORY), resolved)
  return makeOrder(
    {
      run: { name: 'test', dryRun: false },
      image: {
        id: '00001-app',
        image: 'app',
        source: { registry: world.upstream.address, repository: FROM },
        select: { include: ['1.0'], exclude: [] },
        repository: REPOSITORY,
        settings: SETTINGS,
      },
      target: regionTarget(region),
      readFrom: region === HOME ? [] : [regionTarget(HOME)],
    },
    missing,
    resolved,
    Date.now(),
  )
}

async function isHeld(resolved: Resolved, region = HOME): Promise<boolean> {
  return isInSync(await findMissing(await world.registries.ecr(region, REPOSITORY), resolved))
}

/** The digests in the index of a tag at the target. */
async function membersIn(region: string, tag = '1.0'): Promise<string[]> {
  const digest = (await world.tagsIn(region))[tag] as Digest
  const store = await world.aws.store(region)
  const { manifests } = JSON.parse(String(await store.manifests.bytes(digest))) as { manifests: Descriptor[] }
  return manifests.map((one) => one.digest)
}

test('the target gets the index of the wanted platforms with their attestations, whole, and nothing else', async () => {
  const { index, platforms, attestations } = await fill()
  const resolved = await resolve()
  const end = await world.sync(await orderFor(resolved))
  expect(end.result.outcome).toMatchObject({ status: 'synced', warnings: 0 })
  const wanted = [platforms[0], platforms[1], attestations[0], attestations[1]].map((one) => one?.digest)
  expect(await membersIn(HOME)).toEqual(wanted)
  const store = await world.aws.store(HOME)
  await closureOf(store, REPOSITORY, (await world.tagsIn(HOME))['1.0'] as Digest)
  for (const absent of [index, platforms[2], attestations[2]]) {
    expect(await store.manifests.find(REPOSITORY, absent?.digest as Digest)).toBeUndefined()
  }
})

test("a Docker manifest list of some platforms stays Docker's", async () => {
  const { platforms } = await fill('docker')
  const resolved = await resolve()
  await world.sync(await orderFor(resolved))
  const store = await world.aws.store(HOME)
  const record = await store.manifests.find(REPOSITORY, (await world.tagsIn(HOME))['1.0'] as Digest)
  expect(record?.mediaType).toBe(MediaType.dockerList)
  expect(await membersIn(HOME)).toEqual(platforms.slice(0, 2).map(({ digest }) => digest))
})

test('a second run finds it in sync, and reads no manifest of the source', async () => {
  await fill()
  const first = await resolve()
  await world.sync(await orderFor(first))
  world.upstream.forgetLog()
  const second = await resolve()
  expect(second.tags.map(({ data: _, ...tag }) => tag)).toEqual(first.tags.map(({ data: _, ...tag }) => tag))
  expect(await isHeld(second)).toBe(true)
  expect(world.upstream.count(/^GET .*\/(manifests|blobs)\//)).toBe(0)
  // The source knows nothing of the new index, and is not asked about it.
  const made = second.tags[0]?.digest ?? ''
  expect(world.upstream.log().filter((line) => line.includes(made.replace('sha256:', '')))).toEqual([])
})

test('the index of the source is read once: Sync gets the new one with its order', async () => {
  const { index } = await fill()
  await world.sync(await orderFor(await resolve()))
  expect(world.upstream.count(new RegExp(`^GET .*/manifests/${index.digest}`))).toBe(1)
})

test('a target that lost it gets it again: Sync makes the same bytes from the index of the source', async () => {
  const { index } = await fill()
  const first = await resolve()
  world.upstream.forgetLog()
  const second = await resolve()
  expect(second.tags[0]).not.toHaveProperty('data')
  const order = await orderFor(second)
  expect((await world.sync(order)).result.outcome.status).toBe('synced')
  expect((await world.tagsIn(HOME))['1.0']).toBe(first.tags[0]?.digest)
  expect(world.upstream.count(new RegExp(`^GET .*/manifests/${index.digest}`))).toBe(1)
})

test('the second region reads the new index from the first one, and nothing from upstream', async () => {
  await fill()
  await world.sync(await orderFor(await resolve()))
  const resolved = await resolve()
  const order = await orderFor(resolved, AWAY)
  world.upstream.forgetLog()
  expect((await world.sync(order)).result.outcome.status).toBe('synced')
  expect(world.upstream.log()).toEqual([])
  expect(await isHeld(resolved, AWAY)).toBe(true)
})

test('a change upstream to other platforms leaves the target in sync', async () => {
  const { platforms } = await fill()
  await world.sync(await orderFor(await resolve({ ...SETTINGS, platforms: ['linux/amd64'] })))
  const build = builder(world.upstream.store, FROM)
  const other = await build.image({ os: 'linux', architecture: 'arm64' }, [layerOf('another')])
  const [amd64] = platforms as [Descriptor]
  const first = await build.index([amd64, await attest(amd64), other])
  await build.tag('1.0', first)
  expect(await isHeld(await resolve({ ...SETTINGS, platforms: ['linux/amd64'] }))).toBe(true)
})

test('signatures of the platforms travel, those of the whole index stay behind and are said once', async () => {
  const { index, platforms } = await fill()
  const build = builder(world.upstream.store, FROM)
  await build.artifact(index, 'application/vnd.example.signature', { of: 'index' })
  const own = await build.artifact(platforms[0] as Descriptor, 'application/vnd.example.signature', {
    of: 'amd64',
  })
  const sbom = await build.artifact(own, 'application/spdx+json', { of: 'signature' })
  await build.artifact(platforms[2] as Descriptor, 'application/vnd.example.signature', { of: 's390x' })
  const tag = `${platforms[1]?.digest.replace(':', '-')}.sig`
  await build.tag(tag, own)

  const resolved = await resolve()
  expect(resolved.artifacts.map((one) => one.tag ?? one.digest).sort()).toEqual(
    [own.digest, sbom.digest, tag].sort(),
  )
  expect(resolved.warnings).toEqual([
    expect.stringContaining('library/app: 1 signature or other artifact of whole indexes stay'),
  ])
  const { result } = await world.sync(await orderFor(resolved))
  expect(result.outcome).toMatchObject({ status: 'synced', warnings: 1 })
  const again = await resolve()
  expect(again.warnings).toBeUndefined()
  expect(again.artifacts).toEqual(resolved.artifacts)
  expect(await isHeld(again)).toBe(true)
})

test('one platform as a manifest is the manifest of the source, with its signatures', async () => {
  const { platforms } = await fill()
  const [amd64] = platforms as [Descriptor]
  const own = await builder(world.upstream.store, FROM).artifact(
    amd64,
    'application/vnd.example.signature',
    {},
  )
  const settings = { ...SETTINGS, platforms: ['linux/amd64'], as: 'manifest' as const }
  const resolved = await resolve(settings)
  await world.sync({ ...(await orderFor(resolved)), settings })
  expect(await world.tagsIn(HOME)).toEqual({ '1.0': amd64.digest })
  expect(await (await world.aws.store(HOME)).manifests.find(REPOSITORY, own.digest)).toBeDefined()
  expect(await isHeld(await resolve(settings))).toBe(true)
})

test.each([
  ['under its tag', ['1.0']],
  ['without a tag', []],
])('a pinned digest is mirrored %s with the wanted platforms alone', async (_, include) => {
  const { index } = await fill()
  await fill('oci', 'next')
  const select = { include, digest: index.digest }
  const resolved = await resolve(SETTINGS, select)
  await world.sync(await orderFor(resolved))
  const [made] = resolved.tags
  expect(made).toMatchObject({ origin: index.digest })
  const store = await world.aws.store(HOME)
  expect(await closureOf(store, REPOSITORY, made?.digest as Digest)).not.toContain(index.digest)
  expect(await world.tagsIn(HOME)).toEqual(include.length === 0 ? {} : { '1.0': made?.digest })
  expect(await isHeld(await resolve(SETTINGS, select))).toBe(true)
})

test('a source tag that moves during the copy is told, one that does not move is not', async () => {
  await fill()
  const order = await orderFor(await resolve())
  const moved = await fill('oci', 'next')
  const { result } = await world.sync(order)
  expect(result.warnings).toEqual([expect.stringContaining(`has moved to ${moved.index.digest}`)])
})

test('an index that the source no longer has fails its tag, and the whole image is never copied instead', async () => {
  const { index } = await fill()
  const order = await orderFor(await resolve())
  const [tag] = order.tags
  await fill('oci', 'next')
  world.upstream.breakWith(failing(new RegExp(`/manifests/${index.digest}`), 404))
  const { data: _, ...bare } = tag as NonNullable<typeof tag>
  const { result } = await world.sync({ ...order, tags: [bare] })
  expect(result.outcome).toMatchObject({ status: 'failed', error: { name: 'SourceNotFound' } })
  expect(await world.tagsIn(HOME)).toEqual({})
})

test('an order whose digest the source index does not give is refused', async () => {
  await fill()
  const order = await orderFor(await resolve())
  const tags = order.tags.map(({ data: _, ...tag }) => ({ ...tag, digest: `sha256:${'e'.repeat(64)}` }))
  const { result, transient } = await world.sync({ ...order, tags })
  expect(transient).toBeUndefined()
  expect(result.outcome).toMatchObject({ status: 'failed', error: { name: 'InvalidImage' } })
  expect(result.outcome.error?.message).toContain('does not give sha256:eeee')
  expect(await world.tagsIn(HOME)).toEqual({})
})
