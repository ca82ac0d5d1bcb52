import { expect, test } from 'vitest'
import type { Quirks } from '../../../local/aws/registry/policy.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { type Action, answer, headers } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { type Image, imageOf, manifestOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage, seedManifest } from '../../support/seed.ts'

const REFERRERS = /\/referrers\//
const subject = imageOf([randomBlob(10)])
const { mediaType, digest, bytes } = subject.manifest

function signature(): Image {
  return imageOf([randomBlob(10)], {
    subject: { mediaType, digest, size: bytes.length },
    artifactType: 'test/sig',
  })
}

async function prepared(count: number, quirks: Quirks = {}) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry({ quirks }))
  await seedImage(registry, subject, 'v1')
  const signatures = Array.from({ length: count }, signature)
  for (const one of signatures) await seedImage(registry, one)
  const client = stack.use(testClient())
  const repository = await client.open(registry.address)
  const digests = async () => (await repository.referrers(digest)).map((one) => one.digest).sort()
  const expected = signatures.map(({ manifest }) => manifest.digest).sort()
  return {
    registry,
    repository,
    signatures,
    digests,
    expected,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function withFallback(setup: Awaited<ReturnType<typeof prepared>>) {
  const other = signature()
  const { manifest } = other
  const entry = { mediaType: manifest.mediaType, digest: manifest.digest, size: manifest.bytes.length }
  const index = manifestOf(
    { schemaVersion: 2, mediaType: MediaType.ociIndex, manifests: [entry] },
    MediaType.ociIndex,
  )
  await seedManifest(setup.registry, index, digest.replace(':', '-'))
  return manifest.digest
}

test('row 55: reads referrers from all pages of the API', async () => {
  await using setup = await prepared(5, { referrersPerPage: 2 })
  expect(await setup.digests()).toEqual(setup.expected)
  expect(setup.registry.matching(REFERRERS)).toHaveLength(3)
})

test('row 55: accepts an empty list without a further request', async () => {
  await using setup = await prepared(0)
  expect(await setup.digests()).toEqual([])
  expect(setup.registry.seen).toHaveLength(1)
})

test('returns descriptors with their artifact type', async () => {
  await using setup = await prepared(1)
  expect(await setup.repository.referrers(digest)).toMatchObject([{ artifactType: 'test/sig' }])
})

test.each<[string, Action]>([
  ['404', answer(404, { 'content-type': 'text/plain' }, '404 page not found')],
  ['400', answer(400)],
  ['405', answer(405)],
  ['406', answer(406)],
  ['410', answer(410)],
  ['200 with a web page', answer(200, { 'content-type': 'text/html' }, '<html>')],
])('row 55: reads the fallback tag of a registry that returns %s', async (_, action) => {
  await using setup = await prepared(0)
  const expected = await withFallback(setup)
  setup.registry.faults.add(REFERRERS, action)
  expect(await setup.digests()).toEqual([expected])
})

test('finds no referrers without the API and the tag, at no counted pull', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  expect(await setup.digests()).toEqual([])
  expect(setup.registry.matching(/^GET .*\/manifests\//)).toEqual([])
  expect(setup.repository.traffic().countedPulls).toBe(0)
})

test('does not request a fallback tag that is known to be missing', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  expect(await setup.repository.referrers(digest, undefined, { tags: new Set(['v1']) })).toEqual([])
  expect(setup.registry.seen).toHaveLength(1)
  const expected = await withFallback(setup)
  const known = { tags: new Set(['v1', digest.replace(':', '-')]) }
  expect(await setup.repository.referrers(digest, undefined, known)).toMatchObject([{ digest: expected }])
})

const garbled = answer(200, { 'content-type': MediaType.ociIndex }, 'oops')

test('reads a corrupted index once more', async () => {
  await using setup = await prepared(1)
  setup.registry.faults.add(REFERRERS, garbled)
  expect(await setup.digests()).toEqual(setup.expected)
})

test('fails for an invalid index', async () => {
  await using setup = await prepared(0)
  setup.registry.faults.add({ on: REFERRERS, times: 2 }, garbled)
  await expect(setup.digests()).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('fails if a later page is not a list', async () => {
  await using setup = await prepared(3, { referrersPerPage: 2 })
  setup.registry.faults.add(
    { on: /\/referrers\/.*\?/, times: 9 },
    answer(200, { 'content-type': 'text/html' }, '<html>'),
  )
  await expect(setup.digests()).rejects.toMatchObject({ kind: 'invalidContent' })
})

test('reads a list without the type of an index', async () => {
  await using setup = await prepared(2)
  setup.registry.faults.add(REFERRERS, headers({ 'content-type': 'application/json' }))
  expect(await setup.digests()).toEqual(setup.expected)
})

test('row 55: fails if the fallback tag is the image itself', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  await seedImage(setup.registry, subject, digest.replace(':', '-'))
  await expect(setup.digests()).rejects.toThrow(/is the image itself/)
  expect(setup.repository.traffic().countedPulls).toBe(0)
})

test('row 55: fails without a pull if the fallback tag is another image', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  await seedImage(setup.registry, imageOf([randomBlob(10)]), digest.replace(':', '-'))
  await expect(setup.digests()).rejects.toThrow(/not a list of artifacts/)
  expect(setup.repository.traffic().countedPulls).toBe(0)
})

test('uses a list that the caller has already read', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  await withFallback(setup)
  const listed = [{ mediaType, digest, size: 1 }]
  const readIndex = async () => listed
  expect(await setup.repository.referrers(digest, undefined, { readIndex })).toEqual(listed)
  expect(setup.repository.traffic().countedPulls).toBe(0)
})

test.each([401, 403, 422, 500])('fails without a pull if the fallback tag returns %i', async (status) => {
  await using setup = await prepared(0, { referrersApi: false })
  await setup.repository.headManifest('v1')
  setup.registry.faults.add({ on: /HEAD .*sha256-/, times: 9 }, answer(status))
  await expect(setup.digests()).rejects.toMatchObject({ status })
  expect(setup.repository.traffic().countedPulls).toBe(0)
})
