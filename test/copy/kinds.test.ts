// All kinds of documents, layers and digests in registries: copied byte for byte, or refused with a plain message.
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../registry/model/digest.ts'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { headers } from '../support/actions.ts'
import { listen } from '../support/listen.ts'
import { record } from '../support/recorder.ts'
import { AMD64, multiArch } from './images.ts'
import { FROM, startPair, type TestPair, TO } from './pair.ts'
import { failing, layerOf } from './registries.ts'

const LAYER = 'application/vnd.oci.image.layer.v1.tar'
const UNKNOWN = 'application/vnd.example.thing'

let pair: TestPair
beforeEach(async () => {
  pair = await startPair()
})
afterEach(() => pair[Symbol.asyncDispose]())

/** Stores an image manifest with these layers at the source. */
async function imageOf(layers: readonly Descriptor[]): Promise<Descriptor> {
  const config = await pair.build.blob('application/vnd.oci.image.config.v1+json', '{}')
  return pair.build.manifest({ mediaType: MediaType.ociManifest, config, layers })
}

/** Makes the source serve any bytes under their digest. */
function serve(text: string, mediaType: string): Descriptor {
  const bytes = Buffer.from(text)
  const digest = digestOf(bytes)
  pair.source.breakWith((request, response) => {
    if (!request.url?.endsWith(digest)) return false
    response.writeHead(200, { 'content-type': mediaType, 'content-length': bytes.length })
    response.end(request.method === 'HEAD' ? undefined : bytes)
    return true
  })
  return { digest, mediaType, size: bytes.length }
}

const BLOB = { mediaType: LAYER, digest: `sha256:${'a'.repeat(64)}`, size: 1 }

test.each<[string, object, string, RegExp]>([
  [
    'row 41: schema 1',
    { schemaVersion: 1, name: 'app', fsLayers: [], signatures: [] },
    MediaType.dockerSchema1Signed,
    /is in Docker's schema 1 format of 2015.*push the image again with a current tool/,
  ],
  [
    'row 42: an index that is also an image',
    { schemaVersion: 2, manifests: [], config: BLOB, layers: [BLOB] },
    MediaType.ociIndex,
    /has both "manifests" and "layers", so it is an index and an image at once/,
  ],
  [
    'row 42: a type that contradicts the document',
    { schemaVersion: 2, mediaType: MediaType.ociManifest, config: BLOB, layers: [] },
    MediaType.ociIndex,
    /has the Content-Type .*index.*, but its mediaType field is .*manifest/,
  ],
  [
    'a document that is neither an index nor an image',
    { schemaVersion: 2 },
    MediaType.ociManifest,
    /neither an index nor an image/,
  ],
])('%s is refused with the reason, and nothing is written', async (_, document, mediaType, message) => {
  const root = serve(JSON.stringify(document), mediaType)
  await expect(pair.copy(root, '1.0')).rejects.toThrow(message)
  expect(pair.target.count(/^(PUT|POST|PATCH)/)).toBe(0)
})

test('row 46: copies a child of unknown type as a manifest if it is one', async () => {
  const child = await multiArch(pair.build, 'inner')
  const root = await pair.build.index([{ ...child, mediaType: UNKNOWN }])
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('row 46: copies a child of unknown type as a blob if it is not a manifest', async () => {
  const child = await pair.build.blob(UNKNOWN, 'a thing')
  const root = await pair.build.index([child])
  await pair.copy(root, '1.0')
  expect(await pair.target.store.tags.find(TO, '1.0')).toBe(root.digest)
  expect((await pair.target.store.blobs.readBytes(child.digest))?.toString()).toBe('a thing')
})

test('row 46: does not request the blobs of a BuildKit cache as manifests', async () => {
  const layer = await pair.build.blob(LAYER, 'a layer')
  const config = await pair.build.blob('application/vnd.buildkit.cacheconfig.v0', '{"layers":[]}')
  const root = await pair.build.index([layer, config])
  pair.source.breakWith(failing(new RegExp(`/manifests/(${layer.digest}|${config.digest})`), 500))
  await pair.copy(root, '1.0')
  expect(pair.source.count(new RegExp(`/manifests/(${layer.digest}|${config.digest})`))).toBe(0)
  expect((await pair.target.store.blobs.readBytes(layer.digest))?.toString()).toBe('a layer')
})

test.each([400, 403, 404, 500])(
  'row 46: copies a blob of unknown type if the request for a manifest returns %i',
  async (status) => {
    const child = await pair.build.blob(UNKNOWN, 'a thing')
    const root = await pair.build.index([child])
    pair.source.breakWith(failing(new RegExp(`/manifests/${child.digest}`), status))
    await pair.copy(root, '1.0')
    expect((await pair.target.store.blobs.readBytes(child.digest))?.toString()).toBe('a thing')
  },
)

test('row 46: copies a blob of unknown type as a blob if the registry serves it as a manifest', async () => {
  const child = await pair.build.blob(UNKNOWN, 'a thing')
  const root = await pair.build.index([child])
  pair.source.breakWith((request, response) => {
    if (!request.url?.includes(`/manifests/${child.digest}`)) return false
    response.writeHead(200, { 'content-type': UNKNOWN, 'content-length': child.size })
    response.end('a thing')
    return true
  })
  await pair.copy(root, '1.0')
  expect((await pair.target.store.blobs.readBytes(child.digest))?.toString()).toBe('a thing')
})

test('row 46: fails for a child of unknown type that does not exist', async () => {
  const child = { mediaType: UNKNOWN, digest: `sha256:${'a'.repeat(64)}`, size: 3 } as const
  const root = await pair.build.index([child])
  await expect(pair.copy(root, '1.0')).rejects.toMatchObject({ kind: 'notFound' })
  expect(await pair.tagsAtTarget()).toEqual([])
})

test('row 46: copies layers of unknown type', async () => {
  const root = await imageOf([await pair.build.blob(UNKNOWN, 'a thing')])
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('row 47: omits a foreign layer, and never requests its URL', async () => {
  const attacker = record((_, response) => void response.end())
  await using server = await listen(attacker.listener, '127.0.0.2')
  const foreign = {
    ...BLOB,
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    urls: [`${server.origin}/layer`],
  }
  const own = { ...(await pair.build.blob(LAYER, 'own')), urls: [`${server.origin}/own`] }
  const root = await imageOf([foreign as Descriptor, own])
  expect(await pair.copy(root, '1.0')).toMatchObject({ status: 'copied', blobs: { copied: 2 } })
  expect(await pair.target.store.tags.find(TO, '1.0')).toBe(root.digest)
  expect(pair.source.count(new RegExp(foreign.digest))).toBe(0)
  expect(attacker.seen).toEqual([])
})

test('row 63: verifies and copies a layer with a sha512 digest', async () => {
  const { bytes } = layerOf('sha512', 70_000)
  const digest = digestOf(bytes, 'sha512')
  await pair.source.store.blobs.writeBytes(digest, bytes)
  await pair.source.store.blobs.link(FROM, digest)
  const root = await imageOf([{ mediaType: LAYER, digest, size: bytes.length }])
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('row 63: copies a layer with a sha512 digest to a target that reports its sha256', async () => {
  const { bytes } = layerOf('sha512')
  const digest = digestOf(bytes, 'sha512')
  await pair.source.store.blobs.writeBytes(digest, bytes)
  await pair.source.store.blobs.link(FROM, digest)
  const root = await imageOf([{ mediaType: LAYER, digest, size: bytes.length }])
  pair.target.faults.add(
    { on: /PUT .*sha512/, times: 9 },
    headers({ 'docker-content-digest': digestOf(bytes) }),
  )
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

/** An image whose manifest has a sha512 digest. */
async function sha512Image(): Promise<Descriptor> {
  const image = await pair.build.image(AMD64, [layerOf('a')])
  const bytes = await pair.source.store.manifests.bytes(image.digest)
  const digest = digestOf(bytes, 'sha512')
  const pushedAt = new Date(0).toISOString()
  await pair.source.store.manifests.put(FROM, { ...image, digest, pushedAt }, bytes)
  return { mediaType: image.mediaType, size: image.size, digest }
}

test('row 63: keeps the sha512 digest of a manifest, also under its tag', async () => {
  const root = await sha512Image()
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
})

test('row 63: names the target without sha512 as the reason, and sets no tag', async () => {
  await using plain = await startPair({ digestAlgorithms: ['sha256'] })
  const root = await sha512Image()
  const job = { ...(await plain.newJob()), places: (await pair.newJob()).places }
  await expect(plain.copy(root, '1.0', { job })).rejects.toMatchObject({ name: 'RegistryError' })
  expect(await plain.tagsAtTarget()).toEqual([])
})

test('uses the content of a descriptor without a request', async () => {
  const config = { ...(await pair.build.blob(MediaType.emptyJson, '{}')), data: 'e30=' }
  const root = await pair.build.manifest({ mediaType: MediaType.ociManifest, config, layers: [config] })
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  expect(pair.source.count(/\/blobs\//)).toBe(0)
})

test('requests the content if that of the descriptor does not match', async () => {
  const config = { ...(await pair.build.blob(MediaType.emptyJson, '{}')), data: 'W10=' }
  const root = await pair.build.manifest({ mediaType: MediaType.ociManifest, config, layers: [] })
  await pair.copy(root, '1.0')
  await pair.expectWhole(root, '1.0')
  expect(await pair.target.store.blobs.size(TO, config.digest as Digest)).toBe(2)
})
