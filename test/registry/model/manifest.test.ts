import { expect, test } from 'vitest'
import { contentOf, descriptorsIn, MediaType } from '../../../registry/model/manifest.ts'
import { blobOf, imageOf, manifestOf, randomBlob } from '../../support/content.ts'

const { descriptor } = blobOf('layer')
const image = imageOf([randomBlob(10), randomBlob(20)])

test('reads the config and layers of an image in order', () => {
  expect(contentOf(image.manifest)).toEqual({
    manifests: [],
    blobs: image.blobs.map((blob) => blob.descriptor),
  })
})

test('row 44: reads the children of an index, including indexes', () => {
  const children = [
    { ...descriptor, mediaType: MediaType.ociManifest },
    { ...descriptor, mediaType: MediaType.ociIndex, platform: { os: 'linux' } },
  ]
  const content = contentOf(manifestOf({ schemaVersion: 2, manifests: children }, MediaType.ociIndex))
  expect(content).toEqual({ manifests: children, blobs: [] })
})

test('accepts an empty index', () => {
  expect(contentOf(manifestOf({ schemaVersion: 2, manifests: [] }, MediaType.ociIndex)).manifests).toEqual([])
})

test('row 46: keeps children of unknown types', () => {
  const child = { ...descriptor, mediaType: 'application/vnd.example.thing' }
  expect(contentOf(manifestOf({ manifests: [child] }, MediaType.ociIndex)).manifests).toEqual([child])
})

test.each([
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  'application/vnd.oci.image.layer.nondistributable.v1.tar',
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd',
])('row 47: omits layers of the type %s', (mediaType) => {
  const foreign = { ...descriptor, mediaType, urls: ['https://attacker.example/layer'] }
  const kept = { ...descriptor, urls: ['https://elsewhere.example/layer'] }
  expect(contentOf(manifestOf({ schemaVersion: 2, layers: [foreign, kept] })).blobs).toEqual([kept])
})

test.each([
  ['no urls', {}],
  ['an empty list of urls', { urls: [] }],
  ['a url of no letters', { urls: [' '] }],
  ['urls that are not strings', { urls: [null] }],
  ['urls that are not a list', { urls: 'https://elsewhere.example/layer' }],
])('row 47: keeps a layer of such a type with %s', (_, urls) => {
  const mediaType = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'
  const layer = { ...descriptor, mediaType, ...urls }
  expect(contentOf(manifestOf({ schemaVersion: 2, layers: [layer] })).blobs).toEqual([layer])
})

test('reads the subject and the artifact type', () => {
  const { manifest } = imageOf([], { subject: descriptor, artifactType: 'application/vnd.example.sbom' })
  expect(contentOf(manifest)).toMatchObject({
    subject: descriptor,
    artifactType: 'application/vnd.example.sbom',
  })
})

test('reads the blobs of an artifact manifest from before OCI 1.1', () => {
  const type = 'application/vnd.oci.artifact.manifest.v1+json'
  expect(contentOf(manifestOf({ mediaType: type, blobs: [descriptor] }, type)).blobs).toEqual([descriptor])
})

test.each([
  ['by its type', { fsLayers: [] }, MediaType.dockerSchema1Signed],
  ['by its version', { schemaVersion: 1, fsLayers: [] }, 'application/json'],
])('row 41: refuses schema 1, recognized %s, in plain words', (_, document, type) => {
  expect(() => contentOf(manifestOf(document, type))).toThrow(/Docker's schema 1 format of 2015/)
})

test.each(['layers', 'config', 'fsLayers', 'blobs'])(
  'row 42: refuses manifests and %s in one document',
  (name) => {
    const document = { schemaVersion: 2, manifests: [], [name]: [] }
    expect(() => contentOf(manifestOf(document, MediaType.ociIndex))).toThrow(/an index and an image at once/)
  },
)

test.each([
  ['2^60', 2 ** 60],
  ['negative', -1],
  ['a fraction', 1.5],
  ['a string', '10'],
  ['null', null],
  ['absent', undefined],
])('row 70: refuses a size that is %s', (_, size) => {
  expect(() => contentOf(manifestOf({ layers: [{ ...descriptor, size }] }))).toThrow(
    /usable mediaType, digest and size/,
  )
})

test.each(['sha256:abc', 'md5:d41d8cd98f00b204e9800998ecf8427e', 'latest', `sha256:${'A'.repeat(64)}`, ''])(
  'a digest like "%s" is refused',
  (digest) => {
    expect(() => contentOf(manifestOf({ layers: [{ ...descriptor, digest }] }))).toThrow(/usable mediaType/)
  },
)

test.each([
  ['no JSON', '<html>', /is not JSON/],
  ['a list', '[]', /is not a JSON object/],
  ['null', 'null', /is not a JSON object/],
  ['bytes that are not UTF-8', '"\uFFFF', /is not JSON/],
  ['layers that are not a list', '{"layers":{}}', /a "layers" that is not a list/],
  ['no references', '{}', /neither an index nor an image/],
])('%s is refused', (_, text, message) => {
  expect(() => contentOf(manifestOf(text))).toThrow(message)
})

test('refuses more children than the limit', () => {
  const manifests = Array.from({ length: 10_001 }, () => descriptor)
  expect(() => contentOf(manifestOf({ manifests }, MediaType.ociIndex))).toThrow(/10001 manifests/)
})

test('omits invalid entries of a list of referrers', () => {
  expect(descriptorsIn({ manifests: [descriptor, { digest: 'x' }, null] })).toEqual([descriptor])
  expect(descriptorsIn({ manifests: null })).toEqual([])
  expect(descriptorsIn('nothing')).toEqual([])
})
