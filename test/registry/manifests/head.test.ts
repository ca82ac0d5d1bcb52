import { expect, test } from 'vitest'
import { MediaType } from '../../../registry/model/manifest.ts'
import { type Action, answer, headers, refuse, reset } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { digestOfBytes, imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage } from '../../support/seed.ts'

const GET = /GET .*\/manifests\//
const HEAD = /HEAD .*\/manifests\//

async function prepared() {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry())
  const image = imageOf([randomBlob(100)])
  await seedImage(registry, image, 'v1')
  const repository = await stack.use(testClient()).open(registry.address)
  return { registry, repository, manifest: image.manifest, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('reads digest, type and size from a HEAD without a counted pull', async () => {
  await using setup = await prepared()
  const { mediaType, digest, bytes } = setup.manifest
  expect(await setup.repository.headManifest('v1')).toEqual({ mediaType, digest, size: bytes.length })
  expect(setup.repository.traffic()).toMatchObject({ requests: 1, countedPulls: 0 })
})

test('returns undefined for a missing manifest by HEAD, and fails by GET', async () => {
  await using setup = await prepared()
  const digest = digestOfBytes(Buffer.from('other'))
  expect(await setup.repository.headManifest('v2')).toBeUndefined()
  expect(await setup.repository.headManifest(digest)).toBeUndefined()
  await expect(setup.repository.getManifest('v2')).rejects.toMatchObject({ kind: 'notFound' })
  expect(setup.registry.seen).toHaveLength(3)
})

const REFUSALS = [300, 400, 401, 403, 405, 406, 410, 412, 415, 422, 451, 499, 500, 501, 503, 507]
const SILENT: readonly [string, Action][] = [
  ...REFUSALS.map((status): [string, Action] => [`${status}`, answer(status)]),
  ['a reset', reset],
  ['204', answer(204)],
  ['no digest', headers({ 'docker-content-digest': undefined })],
  ['an invalid digest', headers({ 'docker-content-digest': 'sha256:1234' })],
  ['a digest in upper case', headers({ 'docker-content-digest': `sha256:${'AB'.repeat(32)}` })],
  ['no type', headers({ 'content-type': undefined })],
  [
    'no length',
    answer(200, {
      'docker-content-digest': digestOfBytes(Buffer.from('x')),
      'content-type': MediaType.ociManifest,
    }),
  ],
]

test.each<[string, Action]>([['404', answer(404)], ...SILENT])(
  'row 38: resolves a HEAD with %s by one GET',
  async (_, action) => {
    await using setup = await prepared()
    setup.registry.faults.add({ on: HEAD, times: 99 }, action)
    const { mediaType, digest, bytes } = setup.manifest
    const settled = { mediaType, digest, size: bytes.length }
    expect(await setup.repository.resolveManifest('v1')).toEqual(settled)
    expect(setup.registry.matching(GET)).toHaveLength(1)
    expect(await setup.repository.resolveManifest(digest)).toEqual(settled)
  },
)

test.each(SILENT)('does not take a HEAD with %s as a missing manifest', async (_, action) => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: HEAD, times: 99 }, action)
  const { digest, bytes } = setup.manifest
  expect(await setup.repository.headManifest('v1')).toMatchObject({ digest, size: bytes.length })
  expect(await setup.repository.headManifest('v2')).toBeUndefined()
})

test('needs one HEAD for a missing manifest and one for an existing one', async () => {
  await using setup = await prepared()
  await setup.repository.headManifest('v2')
  await setup.repository.headManifest('v1')
  await setup.repository.resolveManifest('v1')
  expect(setup.repository.traffic()).toMatchObject({ requests: 3, countedPulls: 0 })
})

test('retries a HEAD once before a GET', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(HEAD, answer(503))
  setup.registry.faults.add({ on: HEAD, skip: 1 }, refuse(429, 'TOOMANYREQUESTS', 'slow down'))
  expect(await setup.repository.resolveManifest('v1')).toMatchObject({ digest: setup.manifest.digest })
  expect(setup.registry.matching(GET)).toHaveLength(0)
})

test.each([403, 404, 412, 451])('reports the GET’s reason for a HEAD with %i', async (status) => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: HEAD, times: 9 }, answer(status))
  setup.registry.faults.add({ on: GET, times: 9 }, refuse(status, 'BLOCKED', 'held back by the policy "cve"'))
  await expect(setup.repository.resolveManifest('v1')).rejects.toThrow(/held back by the policy "cve"/)
})

test('spends the usual number of tries on a registry that always fails', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: /manifests/, times: 99 }, answer(500))
  await expect(setup.repository.resolveManifest('v1')).rejects.toMatchObject({ kind: 'unavailable' })
  expect(setup.registry.seen.length).toBeLessThanOrEqual(7)
})

const PEEKED: readonly [string, Action][] = [
  ...[400, 401, 403, 405, 410, 422, 451, 500, 503].map((status): [string, Action] => [
    `${status}`,
    answer(status),
  ]),
  ['a reset', reset],
  ['no digest', headers({ 'docker-content-digest': undefined })],
]

test.each(PEEKED)('does not pull optional content after a HEAD with %s', async (_, action) => {
  await using setup = await prepared()
  await setup.repository.headManifest('v1')
  setup.registry.faults.add({ on: HEAD, times: 99 }, action)
  await expect(setup.repository.peekManifest('v1')).rejects.toMatchObject({ name: 'RegistryError' })
  expect(setup.repository.traffic().countedPulls).toBe(0)
})

test('pulls optional content at a registry that refuses all HEADs', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: HEAD, times: 99 }, answer(405))
  expect(await setup.repository.peekManifest('v1')).toMatchObject({ digest: setup.manifest.digest })
})

test('returns undefined for missing optional content', async () => {
  await using setup = await prepared()
  expect(await setup.repository.peekManifest('v2')).toBeUndefined()
  await setup.repository.headManifest('v1')
  expect(await setup.repository.peekManifest('v2')).toBeUndefined()
  expect(setup.repository.traffic().countedPulls).toBe(0)
})
