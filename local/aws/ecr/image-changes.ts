/** Operations that delete, archive and restore images. */
import { z } from 'zod'
import type { Store } from '../registry/store/store.ts'
import { documentOf, imagesIn, isFailure, lookUp, requireImages, type StoredImage } from './image-list.ts'
import type { ImageId } from './messages.ts'
import { imageId, imageIds, inRepository, operation, requireSettings } from './operation.ts'

export const batchDeleteImage = operation(
  z.object({ ...inRepository, imageIds }),
  async ({ repositoryName, imageIds: ids }, context) => {
    await requireSettings(context, repositoryName)
    const { store } = context.region
    return store.exclusively(repositoryName, async () => {
      const deleted: ImageId[] = []
      const failures = []
      for (const id of ids) {
        // Reloads the images for each deletion: a deleted index may have blocked the next one.
        const images = await imagesIn(store, repositoryName)
        const image = lookUp(images, id)
        if (isFailure(image)) failures.push(image)
        else if (await isHeldByIndex(store, image, id, images)) failures.push(heldByIndex(id))
        else deleted.push(...(await deleteImage(store, repositoryName, image, id)))
      }
      return { imageIds: deleted, failures }
    })
  },
)

export const updateImageStorageClass = operation(
  z.object({ ...inRepository, imageId, targetStorageClass: z.enum(['ARCHIVE', 'STANDARD']) }),
  async ({ repositoryName, imageId: id, targetStorageClass }, context) => {
    await requireSettings(context, repositoryName)
    const { store, account } = context.region
    const archived = targetStorageClass === 'ARCHIVE'
    const images = await imagesIn(store, repositoryName)
    for (const { record } of requireImages(images, [id], repositoryName, context)) {
      await store.manifests.update(repositoryName, { ...record, archived })
    }
    const imageStatus = archived ? 'ARCHIVED' : 'ACTIVE'
    return { registryId: account, repositoryName, imageId: id, imageStatus }
  },
)

/** Deletes one tag, and the image with its last tag; or by digest the image with all tags. */
async function deleteImage(
  store: Store,
  repository: string,
  { record, tags }: StoredImage,
  { imageTag }: ImageId,
): Promise<ImageId[]> {
  const gone = imageTag === undefined ? tags : [imageTag]
  for (const tag of gone) await store.tags.delete(repository, tag)
  if (gone.length === tags.length) await store.manifests.delete(repository, record.digest)
  const imageDigest = record.digest
  return gone.length > 0 ? gone.map((tag) => ({ imageDigest, imageTag: tag })) : [{ imageDigest }]
}

async function isHeldByIndex(
  store: Store,
  { record, tags }: StoredImage,
  { imageTag }: ImageId,
  images: readonly StoredImage[],
): Promise<boolean> {
  if (imageTag !== undefined && tags.length > 1) return false
  const documents = await Promise.all(images.map((image) => documentOf(store, image)))
  return documents.some(({ manifests = [] }) => manifests.some(({ digest }) => digest === record.digest))
}

function heldByIndex(id: ImageId) {
  return {
    imageId: id,
    failureCode: 'ImageReferencedByManifestList',
    failureReason: 'Requested image referenced by manifest list',
  }
}
