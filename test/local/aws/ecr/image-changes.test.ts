import {
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ListImagesCommand,
  UpdateImageStorageClassCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../../../local/aws/registry/store/store.ts'
import { MediaType } from '../../../../registry/model/manifest.ts'
import { startTestCloud, type TestCloud } from './cloud.ts'
import { seedImage, seedIndex } from './seed.ts'

let cloud: TestCloud
let store: Store
const repositoryName = 'app'

beforeEach(async () => {
  cloud = await startTestCloud()
  store = await cloud.store()
  await cloud.home.send(new CreateRepositoryCommand({ repositoryName }))
})
afterEach(() => cloud[Symbol.asyncDispose]())

const remove = (...imageIds: { imageTag?: string; imageDigest?: string }[]) =>
  cloud.home.send(new BatchDeleteImageCommand({ repositoryName, imageIds }))

test('deletes an image with its last tag', async () => {
  const { digest } = await seedImage(store, repositoryName, 'a')
  await store.tags.set(repositoryName, 'b', digest)
  await remove({ imageTag: 'a' })
  expect(await store.manifests.find(repositoryName, digest)).toBeDefined()
  expect((await remove({ imageTag: 'b' })).imageIds).toEqual([{ imageDigest: digest, imageTag: 'b' }])
  expect(await store.manifests.find(repositoryName, digest)).toBeUndefined()
})

test('deletes every tag of a deleted digest', async () => {
  const { digest } = await seedImage(store, repositoryName, 'a')
  await store.tags.set(repositoryName, 'b', digest)
  await remove({ imageDigest: digest })
  expect(await store.tags.all(repositoryName)).toEqual(new Map())
})

test('keeps an image while an index refers to it', async () => {
  const child = await seedImage(store, repositoryName)
  const index = await seedIndex(store, repositoryName, 'multi', [child.digest])
  const { failures } = await remove({ imageDigest: child.digest })
  expect(failures).toMatchObject([{ failureCode: 'ImageReferencedByManifestList' }])
  const { imageIds } = await remove({ imageDigest: index }, { imageDigest: child.digest })
  expect(imageIds).toEqual([{ imageDigest: index, imageTag: 'multi' }, { imageDigest: child.digest }])
})

const archive = (targetStorageClass: 'ARCHIVE' | 'STANDARD') =>
  cloud.home.send(
    new UpdateImageStorageClassCommand({ repositoryName, imageId: { imageTag: '1.0' }, targetStorageClass }),
  )

test('refuses pulls of an archived image, and lists it on request', async () => {
  const { digest } = await seedImage(store, repositoryName, '1.0')
  expect((await archive('ARCHIVE')).imageStatus).toBe('ARCHIVED')
  expect((await cloud.ask(`/v2/app/manifests/1.0`, { method: 'HEAD' })).status).toBe(404)
  const { failures } = await cloud.home.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1.0' }] }),
  )
  expect(failures).toHaveLength(1)
  const listed = async (imageStatus?: 'ANY') =>
    (
      await cloud.home.send(
        new ListImagesCommand({ repositoryName, ...(imageStatus ? { filter: { imageStatus } } : {}) }),
      )
    ).imageIds
  expect(await listed()).toEqual([])
  expect(await listed('ANY')).toEqual([{ imageDigest: digest, imageTag: '1.0' }])
  const { imageDetails } = await cloud.home.send(
    new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: '1.0' }] }),
  )
  expect(imageDetails?.[0]?.imageStatus).toBe('ARCHIVED')
})

test.each(['restored', 'pushed again'])('serves an archived image once it is %s', async (how) => {
  const { text } = await seedImage(store, repositoryName, '1.0')
  await archive('ARCHIVE')
  if (how === 'restored') await archive('STANDARD')
  else {
    const headers = { 'content-type': MediaType.ociManifest }
    await cloud.ask('/v2/app/manifests/1.0', { method: 'PUT', body: text, headers })
  }
  expect(await (await cloud.ask('/v2/app/manifests/1.0')).text()).toBe(text)
})
