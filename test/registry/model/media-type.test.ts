import { expect, test } from 'vitest'
import { MediaType } from '../../../registry/model/manifest.ts'
import { isBlobType, isManifestType, mediaTypeOf } from '../../../registry/model/media-type.ts'

const { ociIndex, ociManifest, dockerList, dockerManifest, dockerSchema1 } = MediaType

test.each<[string, string | undefined, unknown, string]>([
  ['the header', ociManifest, {}, ociManifest],
  ['the header without its parameters', `${ociManifest}; charset=utf-8`, {}, ociManifest],
  ['the document without a header', undefined, { mediaType: dockerManifest }, dockerManifest],
  ['the document with a vague header', 'text/plain', { mediaType: ociIndex }, ociIndex],
  ['an index by its content', 'application/json', { manifests: [] }, ociIndex],
  ['an image by its content', undefined, { layers: [] }, ociManifest],
  ['schema 1 by its version', 'text/plain', { schemaVersion: 1 }, dockerSchema1],
  [
    'an artifact manifest from before OCI 1.1',
    'application/vnd.oci.artifact.manifest.v1+json',
    {},
    'application/vnd.oci.artifact.manifest.v1+json',
  ],
  ['the header, where nothing else is known', 'text/html', undefined, 'text/html'],
  ['bytes, where nothing is known', undefined, undefined, 'application/octet-stream'],
])('%s', (_, header, document, expected) => {
  expect(mediaTypeOf(header, document, 'quay.io/a:v1')).toBe(expected)
})

test('row 42: refuses a document that contradicts its header', () => {
  expect(() => mediaTypeOf(ociManifest, { mediaType: ociIndex }, 'quay.io/a:v1')).toThrow(
    `quay.io/a:v1 has the Content-Type ${ociManifest}, but its mediaType field is ${ociIndex}`,
  )
})

test.each([
  [dockerList, ociIndex],
  [ociIndex, dockerList],
  [dockerManifest, ociManifest],
  [ociManifest, dockerManifest],
])('row 42: for a document served as %s, keeps its own type %s of the same kind', (told, own) => {
  expect(mediaTypeOf(told, { mediaType: own }, 'quay.io/a:v1')).toBe(own)
})

test.each([
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.buildkit.cacheconfig.v0',
  'application/octet-stream',
])('recognizes %s as the type of a blob', (type) => {
  expect([isBlobType(type), isManifestType(type)]).toEqual([true, false])
})

test.each([ociIndex, ociManifest, dockerList, dockerManifest])(
  'recognizes %s as the type of a manifest',
  (type) => {
    expect([isBlobType(type), isManifestType(type)]).toEqual([false, true])
  },
)

test.each([
  'application/vnd.oci.artifact.manifest.v1+json',
  'application/vnd.example.thing',
  'application/json',
])('takes %s as neither', (type) => {
  expect([isBlobType(type), isManifestType(type)]).toEqual([false, false])
})
