/** Operations that list and describe images of a repository. */
import { z } from 'zod'
import { asAccepted } from '../registry/accept.ts'
import type { Store } from '../registry/store/store.ts'
import { documentOf, imagesIn, isFailure, lookUp, requireImages, type StoredImage } from './image-list.ts'
import {
  imageIds,
  inRepository,
  invalid,
  operation,
  pageOf,
  paging,
  requireSettings,
  seconds,
} from './operation.ts'

const filter = z.object({
  tagStatus: z.enum(['TAGGED', 'UNTAGGED', 'ANY']).default('ANY'),
  imageStatus: z.enum(['ACTIVE', 'ARCHIVED', 'ACTIVATING', 'ANY']).default('ACTIVE'),
})
type Filter = z.infer<typeof filter>

export const listImages = operation(
  z.object({ ...inRepository, filter: filter.prefault({}), ...paging }),
  async ({ repositoryName, filter, ...asked }, context) => {
    await requireSettings(context, repositoryName)
    const ids = (await imagesIn(context.region.store, repositoryName))
      .filter((image) => passes(image, filter))
      .flatMap(({ record, tags }) =>
        (tags.length > 0 ? tags : [undefined]).map((imageTag) => ({ imageDigest: record.digest, imageTag })),
      )
    const { page, ...next } = pageOf(ids, (id) => `${id.imageDigest} ${id.imageTag ?? ''}`, asked)
    return { imageIds: page, ...next }
  },
)

export const describeImages = operation(
  z.object({ ...inRepository, imageIds: imageIds.optional(), filter: filter.optional(), ...paging }),
  async ({ repositoryName, imageIds: ids, filter: given, ...asked }, context) => {
    for (const name of ['maxResults', 'nextToken'] as const) {
      if (ids && asked[name] !== undefined) throw invalid(name, 'must not be set together with imageIds')
    }
    await requireSettings(context, repositoryName)
    const { store, account } = context.region
    const images = await imagesIn(store, repositoryName)
    const wanted = ids ? requireImages(images, ids, repositoryName, context) : images
    // An image requested by name is returned whatever its status, unless the caller filters.
    const status = given ?? filter.parse(ids ? { imageStatus: 'ANY' } : {})
    const shown = wanted.filter((image) => passes(image, status))
    const { page, ...next } = ids ? { page: shown } : pageOf(shown, ({ record }) => record.digest, asked)
    const details = page.map(async (image) => ({
      registryId: account,
      repositoryName,
      ...(await detailOf(store, image, images)),
    }))
    return { imageDetails: await Promise.all(details), ...next }
  },
)

export const batchGetImage = operation(
  z.object({ ...inRepository, imageIds, acceptedMediaTypes: z.array(z.string()).min(1).optional() }),
  async ({ repositoryName, imageIds: ids, acceptedMediaTypes }, context) => {
    await requireSettings(context, repositoryName)
    const { store, account } = context.region
    // Archived images cannot be pulled, and this operation is a pull.
    const stored = (await imagesIn(store, repositoryName)).filter(({ record }) => !record.archived)
    const found = ids.map((id) => [id, lookUp(stored, id)] as const)
    const images = found.map(async ([id, image]) => {
      if (isFailure(image)) return undefined
      const { mediaType, digest } = image.record
      const manifest = { mediaType, digest, bytes: await store.manifests.bytes(digest) }
      const served = asAccepted(manifest, acceptedMediaTypes?.join(','), 'convert') ?? manifest
      return {
        registryId: account,
        repositoryName,
        imageId: { imageDigest: digest, imageTag: id.imageTag },
        imageManifest: Buffer.from(served.bytes).toString(),
        imageManifestMediaType: served.mediaType,
      }
    })
    return {
      images: (await Promise.all(images)).filter((image) => image !== undefined),
      failures: found.map(([, image]) => image).filter(isFailure),
    }
  },
)

async function detailOf(store: Store, image: StoredImage, images: readonly StoredImage[]) {
  const { record, tags } = image
  return {
    imageDigest: record.digest,
    imageTags: tags.length > 0 ? tags : undefined,
    imageSizeInBytes: await sizeOf(store, image, images),
    imagePushedAt: seconds(record.pushedAt),
    imageManifestMediaType: record.mediaType,
    artifactMediaType: record.artifactType,
    subjectManifestDigest: record.subject,
    imageStatus: record.archived ? 'ARCHIVED' : 'ACTIVE',
  }
}

/** For an index, the size of its largest image, as in ECR. */
async function sizeOf(store: Store, image: StoredImage, images: readonly StoredImage[]): Promise<number> {
  const { config, layers = [], manifests = [] } = await documentOf(store, image)
  const children = images.filter(({ record }) => manifests.some((child) => child.digest === record.digest))
  const below = await Promise.all(children.map((child) => sizeOf(store, child, images)))
  const own = [config, ...layers].reduce((sum, blob) => sum + (blob?.size ?? 0), 0)
  return Math.max(own, ...below)
}

function passes({ record, tags }: StoredImage, { tagStatus, imageStatus }: Filter): boolean {
  const tagged = tags.length > 0 ? 'TAGGED' : 'UNTAGGED'
  const status = record.archived ? 'ARCHIVED' : 'ACTIVE'
  return [tagged, 'ANY'].includes(tagStatus) && [status, 'ANY'].includes(imageStatus)
}
