import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ListImagesCommand,
  paginateListImages,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { digestOf } from '../../../../local/aws/registry/digest.ts'
import type { Store } from '../../../../local/aws/registry/store/store.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import { ACCOUNT, startTestCloud, type TestCloud } from './cloud.ts'
import { seedImage, seedIndex } from './seed.ts'

let cloud: TestCloud
let store: Store
const repositoryName = 'team/app'

beforeEach(async () => {
  cloud = await startTestCloud()
  store = await cloud.store()
  await cloud.home.send(new CreateRepositoryCommand({ repositoryName }))
})
afterEach(() => cloud[Symbol.asyncDispose]())

test('describes an image once, with all of its tags', async () => {
  const { digest } = await seedImage(store, repositoryName, '1.0')
  await store.tags.set(repositoryName, 'latest', digest)
  const { imageDetails } = await cloud.home.send(new DescribeImagesCommand({ repositoryName }))
  expect(imageDetails).toEqual([
    {
      registryId: ACCOUNT,
      repositoryName,
      imageDigest: digest,
      imageTags: ['1.0', 'latest'],
      imageSizeInBytes: 2 + 'layer'.length,
      imagePushedAt: expect.any(Date),
      imageManifestMediaType: MediaType.ociManifest,
      artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      imageStatus: 'ACTIVE',
    },
  ])
})

test('reports the size of the largest image for an index', async () => {
  const small = await seedImage(store, repositoryName, undefined, 'small')
  const large = await seedImage(store, repositoryName, undefined, 'much larger')
  await seedIndex(store, repositoryName, 'multi', [small.digest, large.digest])
  const command = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'multi' }] })
  const { imageDetails } = await cloud.home.send(command)
  expect(imageDetails?.[0]?.imageSizeInBytes).toBe(2 + 'much larger'.length)
})

test('fails like ECR for a missing image', async () => {
  await seedImage(store, repositoryName, '1.0')
  const imageIds = [{ imageTag: '1.0' }, { imageTag: 'nope' }]
  await expect(
    cloud.home.send(new DescribeImagesCommand({ repositoryName, imageIds })),
  ).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message:
      "The image with imageId {imageDigest:'null', imageTag:'nope'} does not exist within the repository " +
      `with name 'team/app' in the registry with id '${ACCOUNT}'`,
  })
})

test('lists tagged and untagged images in pages', async () => {
  const { digest } = await seedImage(store, repositoryName, 'a')
  for (const tag of ['b', 'c']) await store.tags.set(repositoryName, tag, digest)
  const untagged = await seedImage(store, repositoryName, undefined, 'other')
  const ids = []
  for await (const page of paginateListImages({ client: cloud.home, pageSize: 2 }, { repositoryName })) {
    expect(page.imageIds?.length).toBeLessThanOrEqual(2)
    ids.push(...(page.imageIds ?? []))
  }
  const wanted = [
    ...['a', 'b', 'c'].map((imageTag) => ({ imageDigest: digest, imageTag })),
    { imageDigest: untagged.digest },
  ]
  expect(ids).toHaveLength(4)
  expect(ids).toEqual(expect.arrayContaining(wanted))
})

test('returns 100 images per page by default, and at most 1000', async () => {
  const { digest } = await seedImage(store, repositoryName)
  for (let n = 0; n < 101; n++) await store.tags.set(repositoryName, `v${n}`, digest)
  const { imageIds, nextToken } = await cloud.home.send(new ListImagesCommand({ repositoryName }))
  expect([imageIds?.length, nextToken]).toEqual([100, expect.any(String)])
  const tooMany = cloud.home.send(new ListImagesCommand({ repositoryName, maxResults: 1001 }))
  await expect(tooMany).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('filters a list by tag status', async () => {
  const tagged = await seedImage(store, repositoryName, '1.0')
  const untagged = await seedImage(store, repositoryName, undefined, 'other')
  const listed = async (tagStatus: 'TAGGED' | 'UNTAGGED') =>
    (await cloud.home.send(new ListImagesCommand({ repositoryName, filter: { tagStatus } }))).imageIds
  expect(await listed('TAGGED')).toEqual([{ imageDigest: tagged.digest, imageTag: '1.0' }])
  expect(await listed('UNTAGGED')).toEqual([{ imageDigest: untagged.digest }])
})

test('returns manifests byte for byte, and missing ones as failures', async () => {
  const { digest, text } = await seedImage(store, repositoryName, '1.0')
  const wrong = digestOf('another')
  const { images, failures } = await cloud.home.send(
    new BatchGetImageCommand({
      repositoryName,
      imageIds: [
        { imageTag: '1.0' },
        { imageDigest: digest },
        { imageTag: 'nope' },
        { imageTag: '1.0', imageDigest: wrong },
        { imageDigest: 'not a digest' },
        {},
      ],
    }),
  )
  expect(images).toMatchObject([
    { imageId: { imageDigest: digest, imageTag: '1.0' }, imageManifest: text },
    { imageId: { imageDigest: digest }, imageManifestMediaType: MediaType.ociManifest },
  ])
  expect(failures?.map(({ failureCode }) => failureCode)).toEqual([
    'ImageNotFound',
    'ImageTagDoesNotMatchDigest',
    'InvalidImageDigest',
    'MissingDigestAndTag',
  ])
})

test('accepts at most a hundred images per request', async () => {
  const imageIds = Array.from({ length: 101 }, (_, n) => ({ imageTag: `v${n}` }))
  const { failures } = await cloud.home.send(
    new BatchGetImageCommand({ repositoryName, imageIds: imageIds.slice(1) }),
  )
  expect(failures).toHaveLength(100)
  await expect(cloud.home.send(new BatchGetImageCommand({ repositoryName, imageIds }))).rejects.toMatchObject(
    {
      name: 'InvalidParameterException',
    },
  )
})

test('reports the availability and size of layers', async () => {
  const { layer } = await seedImage(store, repositoryName)
  const missing = digestOf('missing')
  const { layers, failures } = await cloud.home.send(
    new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [layer, missing, 'no digest'] }),
  )
  expect(layers).toEqual([
    { layerDigest: layer, layerAvailability: 'AVAILABLE', layerSize: 5 },
    { layerDigest: missing, layerAvailability: 'UNAVAILABLE' },
  ])
  expect(failures).toMatchObject([{ layerDigest: 'no digest', failureCode: 'InvalidLayerDigest' }])
})

test.each([
  ['ListImages', new ListImagesCommand({ repositoryName: 'nobody' })],
  ['DescribeImages', new DescribeImagesCommand({ repositoryName: 'nobody' })],
])('fails for %s in a missing repository', async (_, command) => {
  await expect(cloud.home.send(command as ListImagesCommand)).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
  })
})
