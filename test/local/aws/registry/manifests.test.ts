import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import {
  errorCode,
  imageOf,
  pushImage,
  REPOSITORY,
  startTestRegistry,
  type TestRegistry,
} from './registry.ts'

const MANIFESTS = `/v2/${REPOSITORY}/manifests`
let registry: TestRegistry
beforeEach(async () => {
  registry = await startTestRegistry()
})
afterEach(() => registry[Symbol.asyncDispose]())

const indexOf = (...digests: string[]) => ({
  schemaVersion: 2,
  mediaType: MediaType.ociIndex,
  manifests: digests.map((digest) => ({ mediaType: MediaType.ociManifest, digest, size: 10 })),
})

test.each(['GET', 'HEAD'])('returns the same for %s by tag and by digest', async (method) => {
  const { bytes, digest } = await pushImage(registry, '1.0')
  for (const reference of ['1.0', digest]) {
    const answer = await registry.ask(`${MANIFESTS}/${reference}`, { method })
    expect(answer.headers.get('content-type')).toBe(MediaType.ociManifest)
    expect(answer.headers.get('docker-content-digest')).toBe(digest)
    expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    expect(await answer.text()).toBe(method === 'GET' ? bytes : '')
  }
})

test('keeps manifests byte for byte, with spaces and unknown fields', async () => {
  await pushImage(registry, 'first')
  const odd = JSON.stringify({ ...imageOf('layer'), 'x-odd': [1] }, undefined, 3)
  await registry.ask(`${MANIFESTS}/odd`, {
    method: 'PUT',
    body: odd,
    headers: { 'content-type': `${MediaType.ociManifest}; charset=utf-8` },
  })
  expect(await (await registry.ask(`${MANIFESTS}/odd`)).text()).toBe(odd)
})

test('refuses a manifest with a missing layer, and sets no tag', async () => {
  await registry.upload('{}')
  const answer = await registry.put('1.0', imageOf('not there'))
  expect(answer.status).toBe(404)
  expect(await answer.json()).toMatchObject({
    errors: [{ code: 'MANIFEST_BLOB_UNKNOWN', detail: [digestOf('not there')] }],
  })
  expect((await registry.ask(`${MANIFESTS}/1.0`)).status).toBe(404)
})

test.each([
  ['accepts a manifest without its foreign layer', { urls: ['https://elsewhere.example/layer'] }, 201],
  ['refuses a manifest without a foreign layer that has no URLs', {}, 404],
])('%s', async (_, urls, status) => {
  const { document } = await pushImage(registry, 'first')
  const foreign = {
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    digest: digestOf('somewhere else'),
    size: 14,
    ...urls,
  }
  const answer = await registry.put('1.0', { ...document, layers: [...document.layers, foreign] })
  expect(answer.status).toBe(status)
})

test('refuses an index without its children unless sparse ones are allowed', async () => {
  const missing = indexOf(digestOf('no such child'))
  const refused = await registry.put('1.0', missing, REPOSITORY, MediaType.ociIndex)
  expect([refused.status, await errorCode(refused)]).toEqual([404, 'MANIFEST_BLOB_UNKNOWN'])
  const { digest } = await pushImage(registry, 'child')
  expect((await registry.put('1.0', indexOf(digest), REPOSITORY, MediaType.ociIndex)).status).toBe(201)
  await using sparse = await startTestRegistry({ sparseIndexes: true })
  expect((await sparse.put('1.0', missing, REPOSITORY, MediaType.ociIndex)).status).toBe(201)
})

test.each([
  ['the Content-Type is of another type', imageOf('layer'), MediaType.dockerManifest],
  ['it is both an image and an index', { ...imageOf('layer'), manifests: [] }, MediaType.ociManifest],
  ['it is an index with a config', { ...indexOf(), config: imageOf('layer').config }, MediaType.ociIndex],
  ['it has no layers', { ...imageOf('layer'), layers: undefined }, MediaType.ociManifest],
  [
    'a size is negative',
    imageOf('layer', { layers: [{ ...imageOf('x').layers[0], size: -1 }] }),
    MediaType.ociManifest,
  ],
  [
    'a digest is invalid',
    imageOf('layer', { config: { ...imageOf('x').config, digest: 'sha256:x' } }),
    MediaType.ociManifest,
  ],
  ['its schema is 1', { ...imageOf('layer'), schemaVersion: 1 }, MediaType.dockerSchema1],
  ['its type is unknown', { ...imageOf('layer'), mediaType: 'text/plain' }, 'text/plain'],
])('refuses a manifest if %s', async (_, document, contentType) => {
  await pushImage(registry, 'first')
  const answer = await registry.put('1.0', document, REPOSITORY, contentType)
  expect([answer.status, await errorCode(answer)]).toEqual([400, 'MANIFEST_INVALID'])
})

test('refuses a manifest that is not JSON', async () => {
  const put = { method: 'PUT', body: '{', headers: { 'content-type': MediaType.ociManifest } }
  expect(await registry.refusal(`${MANIFESTS}/1.0`, put)).toEqual([400, 'MANIFEST_INVALID'])
})

test('refuses a push by another digest', async () => {
  const { document, digest } = await pushImage(registry, 'first')
  const answer = await registry.put(digestOf('another'), document)
  expect([answer.status, await errorCode(answer)]).toEqual([400, 'DIGEST_INVALID'])
  expect((await registry.put(digest, document)).status).toBe(201)
})

test('serves a sha512 push by its sha512 digest', async () => {
  const { document, bytes } = await pushImage(registry, 'first')
  const digest = digestOf(bytes, 'sha512')
  expect((await registry.put(digest, document)).headers.get('docker-content-digest')).toBe(digest)
  expect((await registry.ask(`${MANIFESTS}/${digest}`)).headers.get('docker-content-digest')).toBe(digest)
})

test('accepts tags with a push by digest', async () => {
  const { document, digest } = await pushImage(registry, 'first')
  const answer = await registry.put(`${digest}?tag=a&tag=b`, document)
  expect(answer.headers.get('oci-tag')).toBe('a, b')
  expect((await registry.ask(`${MANIFESTS}/b`, { method: 'HEAD' })).status).toBe(200)
})

test('refuses a manifest above 4 MiB', async () => {
  const answer = await registry.put(
    '1.0',
    imageOf('layer', { annotations: { big: 'x'.repeat(4 * 1024 * 1024) } }),
  )
  expect([answer.status, await errorCode(answer)]).toEqual([413, 'SIZE_INVALID'])
})

test('moves a tag, and keeps the earlier manifest', async () => {
  const before = await pushImage(registry, 'latest', 'one')
  const after = await pushImage(registry, 'latest', 'two')
  expect(await registry.store.tags.find(REPOSITORY, 'latest')).toBe(after.digest)
  expect((await registry.ask(`${MANIFESTS}/${before.digest}`)).status).toBe(200)
})

test('deletes tags with their manifest, but no manifest with its tag', async () => {
  const { digest } = await pushImage(registry, 'a')
  await pushImage(registry, 'b')
  expect((await registry.ask(`${MANIFESTS}/a`, { method: 'DELETE' })).status).toBe(202)
  expect((await registry.ask(`${MANIFESTS}/${digest}`)).status).toBe(200)
  expect((await registry.ask(`${MANIFESTS}/${digest}`, { method: 'DELETE' })).status).toBe(202)
  expect(await registry.refusal(`${MANIFESTS}/b`)).toEqual([404, 'MANIFEST_UNKNOWN'])
})

test('accepts pushes only to existing repositories without createOnPush', async () => {
  await using strict = await startTestRegistry({ createOnPush: false })
  const answer = await strict.put('1.0', imageOf('layer'))
  expect([answer.status, await errorCode(answer)]).toEqual([404, 'NAME_UNKNOWN'])
  expect(await strict.refusal(`/v2/${REPOSITORY}/blobs/uploads/`, { method: 'POST' })).toEqual([
    404,
    'NAME_UNKNOWN',
  ])
})

test.each(['.hidden', '-x', 'a+b', 'x'.repeat(129)])('refuses the tag "%s"', async (tag) => {
  expect(await registry.refusal(`${MANIFESTS}/${encodeURIComponent(tag)}`)).toEqual([400, 'TAG_INVALID'])
})
