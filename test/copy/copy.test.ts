// Copies tags between two real registries: content, order, and bytes that are not sent twice.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MediaType } from '../../registry/model/manifest.ts'
import { AMD64, artifactOf, closureOf, multiArch } from './images.ts'
import { FROM, startPair, type TestPair, TO } from './pair.ts'
import { failing, layerOf } from './registries.ts'

let pair: TestPair
beforeEach(async () => {
  pair = await startPair()
})
afterEach(() => pair[Symbol.asyncDispose]())

test.each(['oci', 'docker'] as const)('copies an index of %s types byte for byte', async (format) => {
  const root = await multiArch(pair.build, '1.0', { format })
  const result = await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  const blobs = { copied: 5, mounted: 0, present: 1 }
  expect(result).toMatchObject({ status: 'copied', blobs, warnings: [] })
})

test('keeps the type of an image without an index', async () => {
  const root = await pair.build.image(AMD64, [layerOf('a')], 'docker')
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  const stored = await pair.target.store.manifests.find(TO, root.digest)
  expect(stored).toMatchObject({ mediaType: MediaType.dockerManifest })
})

test('copies a digest without a tag', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root)
  await expect(closureOf(pair.target.store, TO, root.digest)).resolves.toBeDefined()
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('puts blobs before manifests, children before the index, and the tag last', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root, '1.0')
  const puts = pair.target.log().filter((line) => line.startsWith('PUT'))
  const kinds = puts.map((line) => (line.includes('/blobs/') ? 'blob' : (line.split(/[/:]/).at(-2) ?? '')))
  expect(kinds).toEqual(['blob', 'blob', 'blob', 'blob', 'blob', 'sha256', 'sha256', 'manifests'])
  expect(puts.at(-1)).toBe(`PUT /v2/${TO}/manifests/1.0`)
})

test('copies artifacts before the tag of their image', async () => {
  const root = await multiArch(pair.build, '1.0')
  const sbom = await pair.build.artifact(root, 'application/spdx+json', { spdx: true })
  await pair.copy(root, '1.0', { artifacts: [artifactOf(sbom, root)] })
  const puts = pair.target.log().filter((line) => /^PUT .*\/manifests\//.test(line))
  const names = [root.digest, sbom.digest, '1.0']
  expect(puts.slice(-3)).toEqual(names.map((name) => `PUT /v2/${TO}/manifests/${name}`))
})

test('requests and copies nothing for a tag that is up to date', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root, '1.0')
  pair.source.forgetLog()
  pair.target.forgetLog()
  const again = await pair.copy(root, '1.0')
  expect(again).toMatchObject({ status: 'present', bytes: 0, blobs: { copied: 0 } })
  expect(pair.source.log()).toEqual([])
  expect(pair.target.count(/^(PUT|POST|PATCH)/)).toBe(0)
})

test('replaces a missing blob of an up-to-date tag', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root, '1.0')
  const { store } = pair.target
  const blobs = [...(await closureOf(store, TO, root.digest))] as (typeof root.digest)[]
  for (const digest of blobs) await store.blobs.unlink(TO, digest)
  expect(await pair.copy(root, '1.0')).toMatchObject({ status: 'copied', blobs: { copied: 5 } })
  await pair.expectWhole(root, '1.0')
})

test('adds a tag to an image at the target without a request to the source', async () => {
  const root = await multiArch(pair.build, '1.0')
  await pair.copy(root, '1.0')
  pair.source.forgetLog()
  await pair.copy(root, 'latest')
  expect(pair.source.log()).toEqual([])
  await pair.expectWhole(root, 'latest')
})

test('moves a tag and sends only new content', async () => {
  await pair.copy(await multiArch(pair.build, '1.0'), '1.0')
  const moved = await multiArch(pair.build, '1.0', { name: 'patched' })
  const result = await pair.copy(moved, '1.0')
  await pair.expectWhole(moved, '1.0')
  expect(result.blobs).toMatchObject({ copied: 2 })
})

test('row 49: copies the resolved digest if the source tag moves meanwhile', async () => {
  const root = await multiArch(pair.build, '1.0')
  pair.source.breakWith((request) => {
    if (request.url?.includes('/blobs/')) void multiArch(pair.build, '1.0', { name: 'moved meanwhile' })
    return false
  })
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  expect(pair.source.count(/manifests\/1\.0/)).toBe(0)
})

test('row 49: does not report a tag as copied that another client moves meanwhile', async () => {
  const root = await multiArch(pair.build, '1.0')
  const other = await multiArch(await pair.target.build(TO), 'other')
  pair.target.breakWith((request) => {
    if (request.method === 'HEAD' && request.url?.endsWith('/manifests/1.0')) {
      request.url = request.url.replace('1.0', other.digest)
    }
    return false
  })
  await expect(pair.copy(root, '1.0')).rejects.toThrow('the other client that writes this tag')
  await pair.expectWhole(root, '1.0')
})

test('row 50: copies an image whose source tag is deleted meanwhile', async () => {
  const root = await multiArch(pair.build, '1.0')
  pair.source.breakWith((request) => {
    if (request.url?.includes('/blobs/')) void pair.source.store.tags.delete(FROM, '1.0')
    return false
  })
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  expect(await pair.source.store.tags.find(FROM, '1.0')).toBeUndefined()
})

test('row 50: sets no tag for an image that is deleted meanwhile', async () => {
  const root = await multiArch(pair.build, '1.0')
  let deleted = false
  pair.source.breakWith((request, response) => {
    if (request.url?.includes('/blobs/')) deleted = true
    if (!deleted) return false
    response.writeHead(404).end()
    return true
  })
  await expect(pair.copy(root, '1.0')).rejects.toMatchObject({ kind: 'notFound' })
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('row 64: does not send again what an interrupted job has committed', async () => {
  const root = await multiArch(pair.build, '1.0', { size: 20_000 })
  pair.target.breakWith(failing(/^PUT .*\/blobs\//, 403, 2))
  await expect(pair.copy(root, '1.0')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(await pair.tagsAtTarget()).toEqual([])
  pair.target.breakWith(undefined)
  const { blobs } = await pair.copy(root, '1.0')
  expect(blobs.copied).toBeLessThan(5)
  await pair.expectWhole(root, '1.0')
})

test('sets no tag after an abort', async () => {
  const root = await multiArch(pair.build, '1.0')
  const stop = new AbortController()
  pair.source.breakWith((request) => {
    if (request.url?.includes('/blobs/')) stop.abort(new Error('enough'))
    return false
  })
  const job = { ...(await pair.newJob()), signal: stop.signal }
  await expect(pair.copy(root, '1.0', { job })).rejects.toThrow('enough')
  expect(await pair.tagsAtTarget()).toEqual([])
})
