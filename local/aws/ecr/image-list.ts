/** The images of a repository as ECR's API lists them: each manifest with all of its tags, found by digest or tag. */
import type { Digest } from '../../../registry/model/reference.ts'
import { AwsError } from '../aws-json.ts'
import type { ManifestRecord } from '../registry/store/manifests-on-disk.ts'
import type { Store } from '../registry/store/store.ts'
import type { ImageId } from './messages.ts'
import type { Context } from './operation.ts'

export interface StoredImage {
  readonly record: ManifestRecord
  readonly tags: readonly string[]
}

/** Sorted by digest. */
export async function imagesIn(store: Store, repository: string): Promise<StoredImage[]> {
  const [records, tags] = await Promise.all([store.manifests.all(repository), store.tags.all(repository)])
  const byDigest = Map.groupBy(tags, ([, digest]) => digest)
  return records
    .map((record) => ({ record, tags: (byDigest.get(record.digest) ?? []).map(([tag]) => tag) }))
    .sort((a, b) => (a.record.digest < b.record.digest ? -1 : 1))
}

export function findImage(images: readonly StoredImage[], id: ImageId): StoredImage | undefined {
  return images.find(
    ({ record, tags }) =>
      (id.imageDigest === undefined || id.imageDigest === record.digest) &&
      (id.imageTag === undefined || tags.includes(id.imageTag)),
  )
}

/** @throws {AwsError} ImageNotFoundException for the first missing image */
export function requireImages(
  images: readonly StoredImage[],
  ids: readonly ImageId[],
  repository: string,
  { say }: Context,
): StoredImage[] {
  const found = ids.map((id) => {
    const image = findImage(images, id)
    if (!image) throw new AwsError('ImageNotFoundException', say.imageNotFound(repository, id))
    return image
  })
  return [...new Set(found)]
}

export interface Failure {
  readonly imageId: ImageId
  readonly failureCode: string
  readonly failureReason: string
}

/** Returns the image or the failure, as Batch operations report per image. */
export function lookUp(images: readonly StoredImage[], imageId: ImageId): StoredImage | Failure {
  const failure = (failureCode: string, failureReason: string) => ({ imageId, failureCode, failureReason })
  const { imageDigest, imageTag } = imageId
  if (imageDigest === undefined && imageTag === undefined) {
    return failure('MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null')
  }
  if (imageDigest !== undefined && !/^[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+$/.test(imageDigest)) {
    const reason = "image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"
    return failure('InvalidImageDigest', `Invalid request parameters: ${reason}`)
  }
  const image = findImage(images, imageId)
  if (image) return image
  if (imageDigest !== undefined && imageTag !== undefined && findImage(images, { imageTag })) {
    return failure('ImageTagDoesNotMatchDigest', 'Requested image tag does not match the image digest')
  }
  return failure('ImageNotFound', 'Requested image not found')
}

export function isFailure(found: StoredImage | Failure): found is Failure {
  return 'failureCode' in found
}

interface Document {
  readonly config?: { readonly digest: Digest; readonly size: number }
  readonly layers?: readonly { readonly digest: Digest; readonly size: number }[]
  readonly manifests?: readonly { readonly digest: Digest }[]
}

export async function documentOf(store: Store, { record }: StoredImage): Promise<Document> {
  return JSON.parse((await store.manifests.bytes(record.digest)).toString())
}
