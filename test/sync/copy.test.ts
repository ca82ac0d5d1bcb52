// Copying tags between two real registries: what arrives, in which order, and what is not sent again.
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Artifact } from '../../mirror/documents.ts'
import { type Descriptor, MediaType } from '../../registry/manifest.ts'
import type { CopyContext } from '../../sync/attempt.ts'
import { type CopyResult, copyTag } from '../../sync/copy.ts'
import { createLimit } from '../../sync/limit.ts'
import { createPlaces } from '../../sync/places.ts'
import { createTarget } from '../../sync/target.ts'
import { AMD64, ARM64, artifactOf, closureOf, multiArch } from './images.ts'
import { failing, layerOf, startRegistry, type TestRegistry } from './registries.ts'

const FROM = 'library/app'
const TO = 'mirror/app'

let source: TestRegistry
let target: TestRegistry
beforeEach(async () => {
  source = await startRegistry()
  target = await startRegistry()
})
afterEach(async () => {
  await source[Symbol.asyncDispose]()
  await target[Symbol.asyncDispose]()
})

/** A job of its own, as a new process would be. */
async function newJob(): Promise<CopyContext> {
  return {
    places: createPlaces([() => source.open(FROM)]),
    target: createTarget(await target.open(TO)),
    limit: createLimit(),
  }
}

async function copy(
  root: Descriptor,
  tag?: string,
  artifacts: readonly Artifact[] = [],
  job?: CopyContext,
): Promise<CopyResult> {
  return copyTag(job ?? (await newJob()), { root, artifacts, ...(tag === undefined ? {} : { tag }) })
}

const tagsAtTarget = () => target.store.tags.all(TO)

async function expectWhole(root: Descriptor, tag: string): Promise<void> {
  expect(await target.store.tags.find(TO, tag)).toBe(root.digest)
  expect(await closureOf(target.store, TO, root.digest)).toEqual(
    await closureOf(source.store, FROM, root.digest),
  )
}

test.each(['oci', 'docker'] as const)('an index of %s types arrives whole, byte for byte', async (format) => {
  const root = await multiArch(await source.build(FROM), '1.0', { format })
  const result = await copy(root, '1.0')
  await expectWhole(root, '1.0')
  expect(result).toMatchObject({
    status: 'copied',
    blobs: { copied: 5, mounted: 0, present: 1 },
    warnings: [],
  })
})

test('an image without an index keeps its type', async () => {
  const build = await source.build(FROM)
  const root = await build.image(AMD64, [layerOf('a')], 'docker')
  await copy(root, '1.0')
  await expectWhole(root, '1.0')
  expect(await target.store.manifests.find(TO, root.digest)).toMatchObject({
    mediaType: MediaType.dockerManifest,
  })
})

test('an index in an index arrives whole', async () => {
  const build = await source.build(FROM)
  const inner = await multiArch(build, 'inner')
  const root = await build.index([inner, await build.image(ARM64, [layerOf('b')])])
  await copy(root, '1.0')
  await expectWhole(root, '1.0')
})

test('indexes that are nested too deep are refused', async () => {
  const build = await source.build(FROM)
  let root = await build.image(AMD64, [layerOf('a')])
  for (let depth = 0; depth < 10; depth++) root = await build.index([root])
  await expect(copy(root, '1.0')).rejects.toThrow('nested more than 8 levels deep')
  expect(await tagsAtTarget()).toEqual(new Map())
})

test('a digest without a tag is made present, untagged', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  await copy(root)
  await expect(closureOf(target.store, TO, root.digest)).resolves.toBeDefined()
  expect(await tagsAtTarget()).toEqual(new Map())
})

test('blobs come before the manifests that need them, children before the index, the tag last', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  await copy(root, '1.0')
  const puts = target.log.filter((line) => line.startsWith('PUT'))
  const kinds = puts.map((line) => (line.includes('/blobs/') ? 'blob' : (line.split(/[/:]/).at(-2) ?? '')))
  expect(kinds).toEqual(['blob', 'blob', 'blob', 'blob', 'blob', 'sha256', 'sha256', 'manifests'])
  expect(puts.at(-1)).toBe(`PUT /v2/${TO}/manifests/1.0`)
  expect(target.log.at(-1)).toBe(`HEAD /v2/${TO}/manifests/1.0`)
})

test('a second copy finds the tag right: it asks the source nothing and moves nothing', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  await copy(root, '1.0')
  source.log.length = 0
  target.log.length = 0
  await expect(copy(root, '1.0')).resolves.toMatchObject({
    status: 'present',
    bytes: 0,
    blobs: { copied: 0 },
  })
  expect(source.log).toEqual([])
  expect(target.count(/^(PUT|POST|PATCH)/)).toBe(0)
})

test('a new tag of an image that is there costs the source nothing', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  await copy(root, '1.0')
  source.log.length = 0
  await copy(root, 'latest')
  expect(source.log).toEqual([])
  await expectWhole(root, 'latest')
})

test('a tag that moved moves at the target, and only what is new is sent', async () => {
  const build = await source.build(FROM)
  await copy(await multiArch(build, '1.0'), '1.0')
  const moved = await multiArch(build, '1.0', { name: 'patched' })
  const result = await copy(moved, '1.0')
  await expectWhole(moved, '1.0')
  expect(result.blobs).toMatchObject({ copied: 2 })
})

test('tags that share layers, copied at once, send each blob once', async () => {
  const build = await source.build(FROM)
  const roots = await Promise.all(
    ['1', '2', '3', '4'].map(async (tag) => ({ tag, root: await multiArch(build, tag) })),
  )
  const job = await newJob()
  await Promise.all(roots.map(({ tag, root }) => copy(root, tag, [], job)))
  for (const { tag, root } of roots) await expectWhole(root, tag)
  // 1 shared layer, 2 own ones for each tag, 2 configs that are all the same.
  expect(target.count(/^POST/)).toBe(11)
  expect(source.count(/^GET .*\/blobs\//)).toBe(11)
})

test('a broken blob at the source leaves no tag behind, and says which', async () => {
  const build = await source.build(FROM)
  const layer = layerOf('broken')
  const root = await build.image(AMD64, [layer, layerOf('fine')])
  source.breakWith((request, response) => {
    if (request.method !== 'GET' || !request.url?.includes('/blobs/')) return false
    response.end(Buffer.alloc(1_000))
    return true
  })
  await expect(copy(root, '1.0')).rejects.toMatchObject({ kind: 'invalidContent' })
  expect(await tagsAtTarget()).toEqual(new Map())
  expect(target.count(/^PUT .*\/manifests\//)).toBe(0)
})

test('what a job that was broken off has committed is not sent again', async () => {
  const root = await multiArch(await source.build(FROM), '1.0', { size: 20_000 })
  target.breakWith(failing(/^PUT .*\/blobs\//, 403, 2))
  await expect(copy(root, '1.0')).rejects.toMatchObject({ kind: 'unauthorized' })
  target.breakWith(undefined)
  const committed = 5 - (await copy(root, '1.0')).blobs.copied
  expect(committed).toBeGreaterThan(0)
  await expectWhole(root, '1.0')
})

test('one tag fails, another one that shares its layers does not', async () => {
  const build = await source.build(FROM)
  const fine = await multiArch(build, 'fine')
  const bad = await multiArch(build, 'bad')
  const gone = [...(await closureOf(source.store, FROM, bad.digest))].filter(
    (digest) => digest !== bad.digest,
  )
  const shared = await closureOf(source.store, FROM, fine.digest)
  const own = gone.filter((digest) => !shared.has(digest))
  source.breakWith((request, response) => {
    if (!own.some((digest) => request.url?.includes(digest))) return false
    response.writeHead(404).end()
    return true
  })
  const job = await newJob()
  const [one, other] = await Promise.allSettled([copy(bad, 'bad', [], job), copy(fine, 'fine', [], job)])
  expect(one.status).toBe('rejected')
  expect(other.status).toBe('fulfilled')
  await expectWhole(fine, 'fine')
  expect([...(await tagsAtTarget()).keys()]).toEqual(['fine'])
})

test('a target that forgets a blob between HEAD and manifest gets it again', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  // Says of every blob that it is there, until a manifest was refused.
  let refused = false
  target.breakWith((request, response) => {
    if (request.method === 'PUT' && request.url?.includes('/manifests/')) refused = true
    if (refused || request.method !== 'HEAD' || !request.url?.includes('/blobs/')) return false
    response.writeHead(200, { 'content-length': 1_000 }).end()
    return true
  })
  await copy(root, '1.0')
  await expectWhole(root, '1.0')
})

test('a target that is mistaken about what it has is sent everything again', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  target.breakWith((request, response) => {
    if (request.method !== 'HEAD' || !request.url?.includes('/blobs/')) return false
    response.writeHead(200, { 'content-length': 1_000 }).end()
    return true
  })
  await copy(root, '1.0')
  await expectWhole(root, '1.0')
})

test('blobs of a sibling repository are linked, not sent', async () => {
  const root = await multiArch(await target.build('library/sibling'), '1.0')
  const places = createPlaces([() => target.open('library/sibling')])
  const result = await copy(root, '1.0', [], { ...(await newJob()), places })
  expect(result).toMatchObject({ bytes: 0, blobs: { copied: 0, mounted: 5 } })
  await expect(closureOf(target.store, TO, root.digest)).resolves.toBeDefined()
})

test('a registry that does not link is asked once, and then sent the bytes', async () => {
  await target[Symbol.asyncDispose]()
  target = await startRegistry({ mayMount: async () => false })
  const root = await multiArch(await target.build('library/sibling'), '1.0', { size: 10 })
  const places = createPlaces([() => target.open('library/sibling')])
  const result = await copy(root, '1.0', [], {
    ...(await newJob()),
    places,
    limit: createLimit({ requests: 1 }),
  })
  expect(result.blobs).toMatchObject({ copied: 5, mounted: 0 })
  await expect(closureOf(target.store, TO, root.digest)).resolves.toBeDefined()
})

test('the job stops when it is told to, and leaves no tag', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  const stop = new AbortController()
  source.breakWith((request) => {
    if (request.url?.includes('/blobs/')) stop.abort(new Error('enough'))
    return false
  })
  const job = { ...(await newJob()), signal: stop.signal }
  await expect(copy(root, '1.0', [], job)).rejects.toThrow('enough')
  expect(await tagsAtTarget()).toEqual(new Map())
})

test('an image whose tag somebody else moves at the same moment is not called copied', async () => {
  const root = await multiArch(await source.build(FROM), '1.0')
  const other = await multiArch(await target.build(TO), 'other')
  let put = false
  target.breakWith((request) => {
    if (put && request.method === 'HEAD' && request.url?.endsWith('/manifests/1.0')) {
      request.url = `/v2/${TO}/manifests/${other.digest}`
    }
    if (request.method === 'PUT' && request.url?.endsWith('/manifests/1.0')) put = true
    return false
  })
  await expect(copy(root, '1.0')).rejects.toThrow('something else writes this tag as well')
})

test('artifacts are copied before the tag of their image', async () => {
  const build = await source.build(FROM)
  const root = await multiArch(build, '1.0')
  const sbom = await build.artifact(root, 'application/spdx+json', { spdx: true })
  await copy(root, '1.0', [artifactOf(sbom, root)])
  const puts = target.log.filter((line) => /^PUT .*\/manifests\//.test(line))
  expect(puts.slice(-3)).toEqual(
    [root.digest, sbom.digest, '1.0'].map((name) => `PUT /v2/${TO}/manifests/${name}`),
  )
})
