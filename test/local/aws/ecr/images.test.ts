import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  type ECRClient,
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
let ecr: ECRClient
let store: Store
const repositoryName = 'team/app'

beforeEach(async () => {
  cloud = await startTestCloud()
  ecr = cloud.client()
  store = await cloud.store()
  await ecr.send(new CreateRepositoryCommand({ repositoryName }))
})
afterEach(() => cloud[Symbol.asyncDispose]())

test('an image is described once, with all of its tags', async () => {
  const { digest } = await seedImage(store, repositoryName, '1.0')
  await store.tags.set(repositoryName, 'latest', digest)
  const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }))
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

test('an index is as large as the largest of its images', async () => {
  const small = await seedImage(store, repositoryName, undefined, 'small')
  const large = await seedImage(store, repositoryName, undefined, 'much larger')
  await seedIndex(store, repositoryName, 'multi', [small.digest, large.digest])
  const command = new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'multi' }] })
  const { imageDetails } = await ecr.send(command)
  expect(imageDetails?.[0]?.imageSizeInBytes).toBe(2 + 'much larger'.length)
})

test('describing an image that is not there is an error, in the words of ECR', async () => {
  await seedImage(store, repositoryName, '1.0')
  const imageIds = [{ imageTag: '1.0' }, { imageTag: 'nope' }]
  await expect(ecr.send(new DescribeImagesCommand({ repositoryName, imageIds }))).rejects.toMatchObject({
    name: 'ImageNotFoundException',
    message:
      "The image with imageId {imageDigest:'null', imageTag:'nope'} does not exist within the repository " +
      `with name 'team/app' in the registry with id '${ACCOUNT}'`,
  })
})

test('images are listed by tag, page by page, and those without a tag too', async () => {
  const { digest } = await seedImage(store, repositoryName, 'a')
  for (const tag of ['b', 'c']) await store.tags.set(repositoryName, tag, digest)
  const untagged = await seedImage(store, repositoryName, undefined, 'other')
  const ids = []
  for await (const page of paginateListImages({ client: ecr, pageSize: 2 }, { repositoryName })) {
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

test('a page has 100 images where no number is asked for, and never more than 1000', async () => {
  const { digest } = await seedImage(store, repositoryName)
  for (let n = 0; n < 101; n++) await store.tags.set(repositoryName, `v${n}`, digest)
  const { imageIds, nextToken } = await ecr.send(new ListImagesCommand({ repositoryName }))
  expect([imageIds?.length, nextToken]).toEqual([100, expect.any(String)])
  const tooMany = ecr.send(new ListImagesCommand({ repositoryName, maxResults: 1001 }))
  await expect(tooMany).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('a list can be of the tagged or the untagged alone', async () => {
  const tagged = await seedImage(store, repositoryName, '1.0')
  const untagged = await seedImage(store, repositoryName, undefined, 'other')
  const listed = async (tagStatus: 'TAGGED' | 'UNTAGGED') =>
    (await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus } }))).imageIds
  expect(await listed('TAGGED')).toEqual([{ imageDigest: tagged.digest, imageTag: '1.0' }])
  expect(await listed('UNTAGGED')).toEqual([{ imageDigest: untagged.digest }])
})

test('manifests are read byte for byte, and what is not there comes as a failure of its own', async () => {
  const { digest, text } = await seedImage(store, repositoryName, '1.0')
  const wrong = digestOf('another')
  const { images, failures } = await ecr.send(
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

test('a hundred images can be asked for at once, and no more', async () => {
  const imageIds = Array.from({ length: 101 }, (_, n) => ({ imageTag: `v${n}` }))
  const { failures } = await ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: imageIds.slice(1) }),
  )
  expect(failures).toHaveLength(100)
  await expect(ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('layers are told to be there or not, and how large they are', async () => {
  const { layer } = await seedImage(store, repositoryName)
  const missing = digestOf('missing')
  const { layers, failures } = await ecr.send(
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
])('%s in a repository that is not there is an error', async (_, command) => {
  await expect(ecr.send(command as ListImagesCommand)).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
  })
})
