import { PutAccountSettingCommand, UpdateImageStorageClassCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Call, throttled } from '../../../local/aws/call.ts'
import type { CreateSettings, EcrRepository, Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { type FakeClock, fakeClock } from '../../support/clock.ts'
import { bytesOf, type Image, imageOf, manifestOf, randomBlob, sourceOf } from '../../support/content.ts'
import { ACCOUNT, type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const SETTINGS: CreateSettings = { immutableTags: false, scanOnPush: true, tags: { owner: 'mirror' } }
const REGION = 'us-east-1'
const HOUR_MS = 3600 * 1000

let cloud: EcrCloud
let clock: FakeClock
let registries: Registries
let faulty: (call: Call) => ReturnType<typeof throttled> | 'reset' | undefined

beforeEach(async () => {
  faulty = () => undefined
  clock = fakeClock()
  cloud = await startEcrCloud({ now: () => clock.now(), onRequest: (call) => faulty(call) })
  registries = createRegistries({ clock })
})

afterEach(async () => {
  await registries.close()
  await cloud[Symbol.asyncDispose]()
})

async function opened(settings = SETTINGS, name = 'team/app'): Promise<EcrRepository> {
  const repository = await registries.ecr(REGION, name)
  await repository.ensure(settings)
  return repository
}

async function push(repository: EcrRepository, image: Image, tag?: string): Promise<void> {
  for (const blob of image.blobs) await repository.putBlob(blob.descriptor, sourceOf(blob))
  await repository.putManifest(image.manifest, tag)
}

test('pushes and pulls an image with one token', async () => {
  const repository = await opened()
  const image = imageOf([randomBlob(100_000)])
  await push(repository, image, 'v1')
  expect(await repository.getManifest('v1')).toEqual(image.manifest)
  for (const { bytes, descriptor } of image.blobs) {
    expect(await bytesOf(await repository.blob(descriptor).open())).toEqual(bytes)
  }
  expect(cloud.actions().filter((action) => action === 'GetAuthorizationToken')).toHaveLength(1)
})

test('names a repository by the host that ECR returns', async () => {
  const repository = await opened()
  const host = cloud.ecr.registries[REGION]
  expect(repository).toMatchObject({ name: `${host}/team/app`, registry: host, region: REGION })
})

test('fetches one token for fifty concurrent opens of a region', async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => registries.ecr(REGION, `team/app${index}`)))
  expect(cloud.actions()).toEqual(['GetAuthorizationToken'])
})

test('renews a token before it expires', async () => {
  const repository = await opened()
  clock.advance(11 * HOUR_MS)
  await repository.headManifest('v1')
  expect(cloud.actions().filter((action) => action === 'GetAuthorizationToken')).toHaveLength(1)
  clock.advance(0.6 * HOUR_MS)
  await repository.headManifest('v1')
  expect(cloud.actions().filter((action) => action === 'GetAuthorizationToken')).toHaveLength(2)
})

test('renews a token that is refused because its session ended', async () => {
  const repository = await opened()
  await push(repository, imageOf([randomBlob(9)]), 'v1')
  clock.advance(HOUR_MS)
  let refused = 0
  faulty = ({ by }) => {
    if (by === 'api' || refused++ > 0) return undefined
    return {
      status: 403,
      body: '{"errors":[{"code":"DENIED","message":"Your authorization token has expired."}]}',
    }
  }
  expect(await repository.headManifest('v1')).toBeDefined()
  expect(cloud.actions().filter((action) => action === 'GetAuthorizationToken')).toHaveLength(2)
})

test('reports missing permissions if a new token is refused, and fetches no other', async () => {
  const repository = await opened()
  faulty = ({ by }) =>
    by === 'api' ? undefined : { status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' }
  await expect(repository.getManifest('v1')).rejects.toMatchObject({ kind: 'unauthorized' })
  await expect(repository.getManifest('v1')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(cloud.actions().filter((action) => action === 'GetAuthorizationToken')).toHaveLength(1)
})

test('reads a source with an ECR host at ECR’s endpoint with IAM', async () => {
  const target = await opened()
  await push(target, imageOf([randomBlob(9)]), 'v1')
  const registry = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`
  const source = await registries.open({ registry, repository: 'team/app' })
  expect(await source.headManifest('v1')).toEqual(await target.headManifest('v1'))
  expect(source.registry).toBe(target.registry)
})

test('looks up 100 tags per call without counting as a pull', async () => {
  const repository = await opened()
  const image = imageOf([randomBlob(9)])
  await push(repository, image, 'v1')
  const tags = Array.from({ length: 150 }, (_, index) => `v${index}`)
  const store = await cloud.store(REGION)
  for (const tag of tags) await store.tags.set('team/app', tag, image.manifest.digest)
  const before = cloud.actions().length
  expect(await repository.tagDigests(tags)).toEqual(new Map(tags.map((tag) => [tag, image.manifest.digest])))
  expect(cloud.actions().slice(before)).toEqual(['DescribeImages', 'DescribeImages'])
})

test('finds 100 existing tags among missing ones with one more call', async () => {
  const repository = await opened()
  const image = imageOf([randomBlob(9)])
  await push(repository, image, 'v1')
  await repository.putManifest(image.manifest, 'v2')
  const asked = ['v1', 'v2', 'v3', ...Array.from({ length: 150 }, (_, index) => `none-${index}`)]
  const before = cloud.actions().length
  expect(await repository.tagDigests(asked)).toEqual(
    new Map([
      ['v1', image.manifest.digest],
      ['v2', image.manifest.digest],
    ]),
  )
  expect(cloud.actions().slice(before)).toEqual(['DescribeImages', 'DescribeImages', 'ListImages'])
})

test('looks up tags one by one if listing would take more calls', async () => {
  const repository = await opened()
  const image = imageOf([randomBlob(9)])
  await push(repository, image, 'v1')
  const store = await cloud.store(REGION)
  for (let n = 0; n < 2001; n++) await store.tags.set('team/app', `other-${n}`, image.manifest.digest)
  const before = cloud.actions().length
  expect(await repository.tagDigests(['v1', 'v2'])).toEqual(new Map([['v1', image.manifest.digest]]))
  const calls = cloud.actions().slice(before)
  expect(calls.filter((action) => action === 'ListImages')).toHaveLength(3)
  expect(calls.filter((action) => action === 'DescribeImages').length).toBeLessThanOrEqual(3)
  const one = cloud.actions().length
  expect(await repository.tagDigests(['v1'])).toEqual(new Map([['v1', image.manifest.digest]]))
  expect(cloud.actions().slice(one)).toEqual(['DescribeImages'])
})

test('treats an unsupported digest as missing without affecting the others', async () => {
  const repository = await opened()
  const image = imageOf([randomBlob(9)])
  await push(repository, image, 'v1')
  const { digest } = image.manifest
  const never = `sha512:${'0'.repeat(128)}` as const
  expect(await repository.presentDigests([digest, never])).toEqual(new Set([digest]))
})

test('returns the digest and push time of a tag', async () => {
  const repository = await opened()
  const before = Date.now() - 1000
  const image = imageOf([randomBlob(9)])
  await push(repository, image, 'v1')
  const held = await repository.pushed('v1')
  expect(held?.digest).toBe(image.manifest.digest)
  expect(held?.at.getTime()).toBeGreaterThanOrEqual(before)
  expect(await repository.pushed('v2')).toBeUndefined()
})

test('makes no call for an empty list', async () => {
  const repository = await opened()
  const before = cloud.actions().length
  expect(await repository.tagDigests([])).toEqual(new Map())
  expect(await repository.presentDigests([])).toEqual(new Set())
  expect(cloud.actions().slice(before)).toEqual([])
})

test('looks up digests of tagged and untagged images', async () => {
  const repository = await opened()
  const [tagged, untagged, absent] = [
    imageOf([randomBlob(1)]),
    imageOf([randomBlob(2)]),
    imageOf([randomBlob(3)]),
  ]
  await push(repository, tagged, 'v1')
  await push(repository, untagged)
  const digests = [tagged, untagged, absent].map(({ manifest }) => manifest.digest)
  expect(await repository.presentDigests(digests)).toEqual(new Set(digests.slice(0, 2)))
})

test('row 61: counts archived images as present', async () => {
  const repository = await opened()
  const image = imageOf([randomBlob(9)])
  await push(repository, image, 'v1')
  const imageId = { imageDigest: image.manifest.digest }
  const input = { repositoryName: 'team/app', imageId, targetStorageClass: 'ARCHIVE' } as const
  await cloud.client(REGION).send(new UpdateImageStorageClassCommand(input))
  expect(await repository.headManifest('v1')).toBeUndefined()
  expect(await repository.tagDigests(['v1'])).toEqual(new Map([['v1', image.manifest.digest]]))
  expect(await repository.presentDigests([image.manifest.digest])).toEqual(new Set([image.manifest.digest]))
})

test('returns nothing for a missing repository', async () => {
  const repository = await registries.ecr(REGION, 'team/none')
  expect(await repository.tagDigests(['v1'])).toEqual(new Map())
  expect(await repository.presentDigests([imageOf([randomBlob(9)]).manifest.digest])).toEqual(new Set())
})

test('keeps the digest of each manifest type', async () => {
  const repository = await opened()
  const docker = 'application/vnd.docker.distribution.manifest.v2+json'
  const { blobs } = imageOf([randomBlob(10)])
  const [config, layer] = blobs.map(({ descriptor }) => descriptor)
  const manifest = manifestOf({ schemaVersion: 2, mediaType: docker, config, layers: [layer] }, docker)
  await push(repository, { blobs, manifest }, 'v1')
  expect(await repository.headManifest('v1')).toMatchObject({ digest: manifest.digest, mediaType: docker })
  expect(await repository.tagDigests(['v1'])).toEqual(new Map([['v1', manifest.digest]]))
})

test('row 51: accepts an immutable tag with the same digest, and rejects another digest', async () => {
  const repository = await opened({ ...SETTINGS, immutableTags: true })
  const [image, other] = [imageOf([randomBlob(9)]), imageOf([randomBlob(1)])]
  await push(repository, image, 'v1')
  expect((await repository.putManifest(image.manifest, 'v1')).digest).toBe(image.manifest.digest)
  await push(repository, other)
  await expect(repository.putManifest(other.manifest, 'v1')).rejects.toMatchObject({ kind: 'tagImmutable' })
})

test('row 15: uses the session of a mount that ECR declines', async () => {
  const base = await opened(SETTINGS, 'team/base')
  const repository = await opened()
  const image = imageOf([randomBlob(1000)])
  await push(base, image, 'v1')
  const [, layer] = image.blobs
  if (layer === undefined) throw new Error('there is a layer')
  expect(await repository.mountBlob(layer.descriptor, 'team/base')).toBe(false)
  const before = cloud.ecr.calls.length
  await repository.putBlob(layer.descriptor, sourceOf(layer))
  expect(cloud.ecr.calls.slice(before).map(({ action }) => action)).not.toContain('InitiateLayerUpload')
  await cloud.client(REGION).send(new PutAccountSettingCommand({ name: 'BLOB_MOUNTING', value: 'ENABLED' }))
  const [config] = image.blobs
  expect(config && (await repository.mountBlob(config.descriptor, 'team/base'))).toBe(true)
})

test('retries a throttled call of the API', async () => {
  const repository = await opened()
  let throttles = 0
  faulty = (call) => (call.action === 'DescribeImages' && throttles++ < 1 ? throttled(call) : undefined)
  expect(await repository.tagDigests(['v1'])).toEqual(new Map())
  expect(throttles).toBe(2)
})

test('row 48: explains that ECR refuses an empty layer', async () => {
  const repository = await opened()
  const empty = randomBlob(0)
  await expect(repository.putBlob(empty.descriptor, sourceOf(empty))).rejects.toThrow(
    /empty blob.*Amazon ECR does not accept empty layers.*rebuild the image/,
  )
})

test('does not cancel sessions at ECR, which does not support it', async () => {
  const repository = await opened()
  const blob = randomBlob(1000)
  const broken = async function* () {
    yield blob.bytes.subarray(0, 10)
    throw new Error('the source broke')
  }
  const before = repository.traffic().requests
  const source = { size: 1000, open: async () => broken() }
  await expect(repository.putBlob(blob.descriptor, source)).rejects.toThrow('the source broke')
  // A POST and a PUT, and no DELETE.
  expect(repository.traffic().requests - before).toBe(2)
})
