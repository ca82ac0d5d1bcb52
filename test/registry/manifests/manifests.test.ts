import { expect, test } from 'vitest'
import { OciError } from '../../../local/aws/registry/oci-error.ts'
import type { Quirks } from '../../../local/aws/registry/policy.ts'
import { ACCEPTED, MediaType } from '../../../registry/model/manifest.ts'
import {
  type Action,
  answer,
  append,
  flip,
  headers,
  loseAnswer,
  refuse,
  reset,
} from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { digestOfBytes, imageOf, manifestOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedBlob, seedImage } from '../../support/seed.ts'

const GET = /GET .*\/manifests\//
const PUT = /PUT .*\/manifests\//

async function prepared(quirks: Quirks = {}) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry({ quirks }))
  const image = imageOf([randomBlob(100)])
  await seedImage(registry, image, 'v1')
  const client = stack.use(testClient())
  const repository = await client.open(registry.address)
  const { manifest } = image
  const serve = (bytes: Uint8Array | string, type: string = manifest.mediaType): Action =>
    answer(200, { 'content-type': type, 'content-length': Buffer.byteLength(bytes) }, bytes.toString())
  return {
    registry,
    client,
    repository,
    image,
    manifest,
    serve,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('row 40: sends the same complete Accept list with HEAD and GET', async () => {
  await using setup = await prepared({ accept: 'convert' })
  const head = await setup.repository.headManifest('v1')
  const got = await setup.repository.getManifest('v1')
  expect(got).toEqual(setup.manifest)
  expect(head?.digest).toBe(got.digest)
  expect(setup.registry.seen.map(({ headers: { accept } }) => accept)).toEqual([
    ACCEPTED.join(', '),
    ACCEPTED.join(', '),
  ])
})

test('row 39: computes the digest without Docker-Content-Digest', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, headers({ 'docker-content-digest': undefined }))
  expect(await setup.repository.getManifest('v1')).toEqual(setup.manifest)
})

test.each(['v1', 'digest'])('row 39: trusts the bytes over a header with a wrong %s', async (which) => {
  await using setup = await prepared()
  const lie = headers({ 'docker-content-digest': digestOfBytes(Buffer.from('a lie')) })
  setup.registry.faults.add({ on: GET, times: 9 }, lie)
  const reference = which === 'digest' ? setup.manifest.digest : which
  expect(await setup.repository.getManifest(reference)).toEqual(setup.manifest)
})

test('row 68: refuses bytes with another digest after one more download', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, setup.serve('{"schemaVersion":2}'))
  await expect(setup.repository.getManifest(setup.manifest.digest)).rejects.toMatchObject({
    kind: 'invalidContent',
  })
  expect(setup.registry.matching(GET)).toHaveLength(2)
})

test.each(['v1', 'digest'])('downloads a manifest by %s again after a flipped bit', async (which) => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, flip(20))
  const reference = which === 'digest' ? setup.manifest.digest : which
  expect(await setup.repository.getManifest(reference)).toEqual(setup.manifest)
  expect(setup.registry.matching(GET)).toHaveLength(2)
})

test('fails for a tag whose bytes differ each time', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, flip(20))
  setup.registry.faults.add(GET, flip(30))
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('row 42: refuses a Content-Type that contradicts the document', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, setup.serve(setup.manifest.bytes, MediaType.ociIndex))
  await expect(setup.repository.getManifest('v1')).rejects.toThrow(
    /Content-Type .*index.*, but its mediaType field/,
  )
})

test.each([
  `${MediaType.ociManifest}; charset=utf-8`,
  MediaType.ociManifest.toUpperCase(),
  'text/plain',
  'application/json',
])('keeps the type of a manifest that is served as %s', async (type) => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, setup.serve(setup.manifest.bytes, type))
  expect(await setup.repository.getManifest('v1')).toEqual(setup.manifest)
})

test('row 43: stops reading a body at the limit', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, (_, response) => {
    response.writeHead(200, { 'content-type': MediaType.ociManifest })
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536, ' '), more))
    more()
  })
  await expect(setup.repository.getManifest('v1')).rejects.toThrow(/longer than 8388608 bytes/)
})

test('row 29: refuses an encoded manifest', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, headers({ 'content-encoding': 'gzip' }))
  await expect(setup.repository.getManifest('v1')).rejects.toThrow(/Content-Encoding gzip/)
})

test('row 41: reads schema 1, so that it can be refused by name', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, setup.serve('{"schemaVersion":1,"fsLayers":[]}', 'text/plain'))
  expect(await setup.repository.getManifest('v1')).toMatchObject({ mediaType: MediaType.dockerSchema1 })
})

test('pushes a manifest byte for byte, by tag and by digest', async () => {
  await using setup = await prepared()
  const spaced = manifestOf(`  ${Buffer.from(setup.manifest.bytes).toString()}\n`)
  expect(await setup.repository.putManifest(spaced, 'v2')).toEqual({
    digest: spaced.digest,
    subjectIndexed: false,
  })
  expect(await setup.repository.getManifest('v2')).toEqual(spaced)
  await setup.repository.putManifest(spaced)
  expect(setup.registry.matching(PUT).map(({ path }) => path)).toEqual([
    '/v2/team/app/manifests/v2',
    `/v2/team/app/manifests/${spaced.digest}`,
  ])
})

test('reports that the registry indexed the subject', async () => {
  await using setup = await prepared()
  const { mediaType, digest, bytes } = setup.manifest
  const signature = imageOf([randomBlob(10)], { subject: { mediaType, digest, size: bytes.length } })
  for (const blob of signature.blobs) await seedBlob(setup.registry, blob)
  expect((await setup.repository.putManifest(signature.manifest)).subjectIndexed).toBe(true)
})

test.each([
  ['503', refuse(503, 'UNAVAILABLE', 'later')],
  ['429', refuse(429, 'TOOMANYREQUESTS', 'Rate exceeded', { 'retry-after': '1' })],
  ['a reset', reset],
  ['a lost answer', loseAnswer],
])('retries a manifest PUT after %s', async (_, action) => {
  await using setup = await prepared()
  setup.registry.faults.add(PUT, action)
  expect((await setup.repository.putManifest(setup.manifest, 'v2')).digest).toBe(setup.manifest.digest)
  expect(setup.registry.matching(PUT)).toHaveLength(2)
})

test('row 53: reports contentMissing if a blob of the manifest is missing', async () => {
  await using setup = await prepared()
  const { manifest } = imageOf([randomBlob(10)])
  await expect(setup.repository.putManifest(manifest, 'v2')).rejects.toMatchObject({ kind: 'contentMissing' })
  expect(setup.registry.matching(PUT)).toHaveLength(1)
})

test.each(['BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'])(
  'row 53: takes %s in the response to a manifest PUT as missing content',
  async (code) => {
    await using setup = await prepared()
    setup.registry.faults.add(PUT, refuse(404, code, 'unknown'))
    await expect(setup.repository.putManifest(setup.manifest)).rejects.toMatchObject({
      kind: 'contentMissing',
    })
  },
)

const IMMUTABLE = new OciError(
  400,
  'TAG_INVALID',
  "The image tag 'v1' already exists in the 'team/app' repository and cannot be overwritten because the repository is immutable.",
)
const immutable: Quirks = {
  checkPush: async () => {
    throw IMMUTABLE
  },
}

test('row 51: accepts an immutable tag with the same digest', async () => {
  await using setup = await prepared(immutable)
  expect((await setup.repository.putManifest(setup.manifest, 'v1')).digest).toBe(setup.manifest.digest)
})

test('row 51: rejects an immutable tag with another digest without a retry', async () => {
  await using setup = await prepared(immutable)
  const other = manifestOf(`${Buffer.from(setup.manifest.bytes).toString()} `)
  const putting = setup.repository.putManifest(other, 'v1')
  await expect(putting).rejects.toMatchObject({ kind: 'tagImmutable' })
  await expect(putting).rejects.toThrow(`holds ${setup.manifest.digest}, not ${other.digest}`)
  expect(setup.registry.matching(PUT)).toHaveLength(1)
})

test('row 54: reports a refused artifact as unsupported without a retry', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(
    { on: PUT, times: 9 },
    refuse(
      405,
      'UNSUPPORTED',
      "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
    ),
  )
  await expect(setup.repository.putManifest(setup.manifest)).rejects.toMatchObject({ kind: 'unsupported' })
  expect(setup.registry.matching(PUT)).toHaveLength(1)
})

test('row 43: reports the size of a manifest that is too large for the registry', async () => {
  await using setup = await prepared({ maxManifestBytes: 100 })
  await expect(setup.repository.putManifest(setup.manifest, 'v2')).rejects.toThrow(
    new RegExp(`${setup.manifest.bytes.length} bytes as too large`),
  )
})

test('fails if the registry stores another digest', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(PUT, headers({ 'docker-content-digest': digestOfBytes(Buffer.from('x')) }))
  await expect(setup.repository.putManifest(setup.manifest, 'v2')).rejects.toMatchObject({
    kind: 'invalidContent',
  })
})

test('row 63: pushes a manifest with a sha512 digest by that digest and its tag', async () => {
  await using setup = await prepared()
  const manifest = { ...setup.manifest, digest: digestOfBytes(setup.manifest.bytes, 'sha512') }
  await setup.repository.putManifest(manifest, 'v2')
  expect(await setup.repository.headManifest('v2')).toMatchObject({ digest: manifest.digest })
  setup.registry.faults.add(PUT, headers({ 'oci-tag': undefined }))
  await expect(setup.repository.putManifest(manifest, 'v3')).rejects.toThrow(
    /does not support tags for manifests/,
  )
})

test('ignores bytes after the Content-Length of a manifest', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, append(Buffer.from(' ')))
  await expect(setup.repository.getManifest(setup.manifest.digest)).rejects.toMatchObject({
    kind: 'invalidContent',
  })
})
