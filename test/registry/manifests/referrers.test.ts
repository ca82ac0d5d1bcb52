import { expect, test } from 'vitest'
import type { Quirks } from '../../../local/aws/registry/policy.ts'
import { MediaType } from '../../../registry/model/manifest.ts'
import { type Action, answer } from '../../support/actions.ts'
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

test('row 55: referrers come from the API, from all pages', async () => {
  await using setup = await prepared(5, { referrersPerPage: 2 })
  expect(await setup.digests()).toEqual(setup.expected)
  expect(setup.registry.matching(REFERRERS)).toHaveLength(3)
})

test('row 55: an empty list is none, and no reason to ask further', async () => {
  await using setup = await prepared(0)
  expect(await setup.digests()).toEqual([])
  expect(setup.registry.seen).toHaveLength(1)
})

test('descriptors come with their artifact type', async () => {
  await using setup = await prepared(1)
  expect(await setup.repository.referrers(digest)).toMatchObject([{ artifactType: 'test/sig' }])
})

test.each<[string, Action]>([
  ['404', answer(404, { 'content-type': 'text/plain' }, '404 page not found')],
  ['400', answer(400)],
  ['405', answer(405)],
  ['406', answer(406)],
  ['200 with a web page', answer(200, { 'content-type': 'text/html' }, '<html>')],
])('row 55: a registry that answers %s is asked by the fallback tag', async (_, action) => {
  await using setup = await prepared(0)
  const expected = await withFallback(setup)
  setup.registry.faults.add(REFERRERS, action)
  expect(await setup.digests()).toEqual([expected])
})

test('without the API and without the tag there are none, and to know that costs no pull', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  expect(await setup.digests()).toEqual([])
  expect(setup.registry.matching(/^GET .*\/manifests\//)).toEqual([])
  expect(setup.repository.traffic().countedPulls).toBe(0)
})

test('a fallback tag that is known not to be there is not asked for', async () => {
  await using setup = await prepared(0, { referrersApi: false })
  expect(await setup.repository.referrers(digest, undefined, new Set(['v1']))).toEqual([])
  expect(setup.registry.seen).toHaveLength(1)
  const expected = await withFallback(setup)
  const known = new Set(['v1', digest.replace(':', '-')])
  expect(await setup.repository.referrers(digest, undefined, known)).toMatchObject([{ digest: expected }])
})

const garbled = answer(200, { 'content-type': MediaType.ociIndex }, 'oops')

test('an index that arrives garbled is read once more', async () => {
  await using setup = await prepared(1)
  setup.registry.faults.add(REFERRERS, garbled)
  expect(await setup.digests()).toEqual(setup.expected)
})

test('an index that is none is an error, and not an empty list', async () => {
  await using setup = await prepared(0)
  setup.registry.faults.add({ on: REFERRERS, times: 2 }, garbled)
  await expect(setup.digests()).rejects.toMatchObject({ kind: 'invalidContent' })
})
