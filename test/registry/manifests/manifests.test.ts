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

test('row 40: HEAD and GET ask with the same complete list of types', async () => {
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

test('row 39: without Docker-Content-Digest the digest is computed', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, headers({ 'docker-content-digest': undefined }))
  expect(await setup.repository.getManifest('v1')).toEqual(setup.manifest)
})

test.each(['v1', 'digest'])(
  'row 39: a header that lies about %s does not count against the bytes',
  async (which) => {
    await using setup = await prepared()
    const lie = headers({ 'docker-content-digest': digestOfBytes(Buffer.from('a lie')) })
    setup.registry.faults.add({ on: GET, times: 9 }, lie)
    const reference = which === 'digest' ? setup.manifest.digest : which
    expect(await setup.repository.getManifest(reference)).toEqual(setup.manifest)
  },
)

test('row 68: bytes that are not the digest asked for are refused, after one more look', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, setup.serve('{"schemaVersion":2}'))
  await expect(setup.repository.getManifest(setup.manifest.digest)).rejects.toMatchObject({
    kind: 'invalidContent',
  })
  expect(setup.registry.matching(GET)).toHaveLength(2)
})

test.each(['v1', 'digest'])('one flipped bit in a manifest by %s costs one more request', async (which) => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, flip(20))
  const reference = which === 'digest' ? setup.manifest.digest : which
  expect(await setup.repository.getManifest(reference)).toEqual(setup.manifest)
  expect(setup.registry.matching(GET)).toHaveLength(2)
})

test('a tag that is answered with other wrong bytes each time is an error', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, flip(20))
  setup.registry.faults.add(GET, flip(30))
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('row 42: a type in the header that contradicts the document is refused', async () => {
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
])('served as %s, a manifest keeps its own type', async (type) => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, setup.serve(setup.manifest.bytes, type))
  expect(await setup.repository.getManifest('v1')).toEqual(setup.manifest)
})

test('row 43: a body without end is cut at the limit', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, (_, response) => {
    response.writeHead(200, { 'content-type': MediaType.ociManifest })
    const more = (): void => void (response.destroyed || response.write(Buffer.alloc(65_536, ' '), more))
    more()
  })
  await expect(setup.repository.getManifest('v1')).rejects.toThrow(/longer than 8388608 bytes/)
})

test('row 29: an encoded manifest is refused', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, headers({ 'content-encoding': 'gzip' }))
  await expect(setup.repository.getManifest('v1')).rejects.toThrow(/Content-Encoding gzip/)
})

test('row 41: schema 1 is read, so that it can be refused by name', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(GET, setup.serve('{"schemaVersion":1,"fsLayers":[]}', 'text/plain'))
  expect(await setup.repository.getManifest('v1')).toMatchObject({ mediaType: MediaType.dockerSchema1 })
})

test('a manifest is put byte for byte, by tag and by digest', async () => {
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

test('a registry that indexes the subject says so', async () => {
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
])('a manifest PUT that meets %s is made again', async (_, action) => {
  await using setup = await prepared()
  setup.registry.faults.add(PUT, action)
  expect((await setup.repository.putManifest(setup.manifest, 'v2')).digest).toBe(setup.manifest.digest)
  expect(setup.registry.matching(PUT)).toHaveLength(2)
})

test('row 53: a manifest whose blob is missing is told apart', async () => {
  await using setup = await prepared()
  const { manifest } = imageOf([randomBlob(10)])
  await expect(setup.repository.putManifest(manifest, 'v2')).rejects.toMatchObject({ kind: 'contentMissing' })
  expect(setup.registry.matching(PUT)).toHaveLength(1)
})

test.each(['BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'])(
  'row 53: a manifest PUT that is answered %s speaks of what the manifest refers to',
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

test('row 51: an immutable tag with the same digest is a success', async () => {
  await using setup = await prepared(immutable)
  expect((await setup.repository.putManifest(setup.manifest, 'v1')).digest).toBe(setup.manifest.digest)
})

test('row 51: an immutable tag with another digest is a conflict, told once', async () => {
  await using setup = await prepared(immutable)
  const other = manifestOf(`${Buffer.from(setup.manifest.bytes).toString()} `)
  const putting = setup.repository.putManifest(other, 'v1')
  await expect(putting).rejects.toMatchObject({ kind: 'tagImmutable' })
  await expect(putting).rejects.toThrow(`holds ${setup.manifest.digest}, not ${other.digest}`)
  expect(setup.registry.matching(PUT)).toHaveLength(1)
})

test('row 54: an artifact that is not accepted is unsupported, and not tried again', async () => {
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

test('row 43: a manifest that is too large for the registry is told with its size', async () => {
  await using setup = await prepared({ maxManifestBytes: 100 })
  await expect(setup.repository.putManifest(setup.manifest, 'v2')).rejects.toThrow(
    new RegExp(`${setup.manifest.bytes.length} bytes as too large`),
  )
})

test('a registry that stores something else is not believed', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(PUT, headers({ 'docker-content-digest': digestOfBytes(Buffer.from('x')) }))
  await expect(setup.repository.putManifest(setup.manifest, 'v2')).rejects.toMatchObject({
    kind: 'invalidContent',
  })
})

test('row 63: a manifest that is known by another digest than sha256 is put by it, with its tag', async () => {
  await using setup = await prepared()
  const manifest = { ...setup.manifest, digest: digestOfBytes(setup.manifest.bytes, 'sha512') }
  await setup.repository.putManifest(manifest, 'v2')
  expect(await setup.repository.headManifest('v2')).toMatchObject({ digest: manifest.digest })
  setup.registry.faults.add(PUT, headers({ 'oci-tag': undefined }))
  await expect(setup.repository.putManifest(manifest, 'v3')).rejects.toThrow(
    /does not support tags for manifests/,
  )
})

test('what comes after a manifest is no part of it', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: GET, times: 9 }, append(Buffer.from(' ')))
  await expect(setup.repository.getManifest(setup.manifest.digest)).rejects.toMatchObject({
    kind: 'invalidContent',
  })
})
