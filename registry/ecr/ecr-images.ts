/** Which images an ECR repository holds: a hundred a call, instead of a request for each. */
import type { ECRClient, ImageIdentifier } from '@aws-sdk/client-ecr'
import { RegistryError } from '../model/errors.ts'
import { quote } from '../model/label.ts'
import { ACCEPTED } from '../model/manifest.ts'
import { type Digest, isDigest } from '../model/reference.ts'

export interface RepositoryId {
  readonly repositoryName: string
  readonly registryId: string | undefined
}

const BATCH = 100
const PAGE = 1000
/** What a failure of one image in a call means when the image is simply not there. */
const ABSENT = new Set(['ImageNotFound', 'InvalidImageTag', 'InvalidImageDigest'])

export async function tagDigests(
  ecr: ECRClient,
  where: RepositoryId,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Digest>> {
  const found = new Map<string, Digest>()
  await look(
    ecr,
    where,
    tags.map((imageTag) => ({ imageTag })),
    signal,
    ({ imageTag, imageDigest }) => {
      if (imageTag !== undefined && isPresent(imageDigest)) found.set(imageTag, imageDigest)
    },
  )
  if (tags.some((tag) => !found.has(tag))) {
    for (const { imageTags, imageDigest } of await archived(ecr, where, signal)) {
      for (const tag of imageTags ?? []) {
        if (tags.includes(tag) && !found.has(tag) && isPresent(imageDigest)) found.set(tag, imageDigest)
      }
    }
  }
  return found
}

export async function presentDigests(
  ecr: ECRClient,
  where: RepositoryId,
  digests: readonly Digest[],
  signal?: AbortSignal,
): Promise<Set<Digest>> {
  const found = new Set<Digest>()
  const note = (digest: string | undefined): void => {
    if (isPresent(digest)) found.add(digest)
  }
  const ids = [...new Set(digests)].map((imageDigest) => ({ imageDigest }))
  await look(ecr, where, ids, signal, ({ imageDigest }) => note(imageDigest))
  if (found.size < ids.length) {
    for (const { imageDigest } of await archived(ecr, where, signal)) note(imageDigest)
  }
  return new Set(digests.filter((digest) => found.has(digest)))
}

export async function pushed(
  ecr: ECRClient,
  where: RepositoryId,
  imageTag: string,
  signal?: AbortSignal,
): Promise<{ readonly digest: Digest; readonly at: Date } | undefined> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr')
  const command = new DescribeImagesCommand({ ...where, imageIds: [{ imageTag }] })
  try {
    const { imageDetails: [image] = [] } = await unlessMissing(() => ecr.send(command, abortable(signal)))
    const { imageDigest, imagePushedAt } = image ?? {}
    return isPresent(imageDigest) && imagePushedAt ? { digest: imageDigest, at: imagePushedAt } : undefined
  } catch (error) {
    if (error instanceof Error && error.name === 'ImageNotFoundException') return undefined
    throw error
  }
}

async function look(
  ecr: ECRClient,
  where: RepositoryId,
  ids: readonly ImageIdentifier[],
  signal: AbortSignal | undefined,
  note: (id: ImageIdentifier) => void,
): Promise<void> {
  const { BatchGetImageCommand } = await import('@aws-sdk/client-ecr')
  for (let start = 0; start < ids.length; start += BATCH) {
    const imageIds = ids.slice(start, start + BATCH)
    const command = new BatchGetImageCommand({ ...where, imageIds, acceptedMediaTypes: [...ACCEPTED] })
    const { images, failures } = await unlessMissing(() => ecr.send(command, abortable(signal)))
    for (const { imageId } of images ?? []) if (imageId !== undefined) note(imageId)
    const failed = (failures ?? []).find(({ failureCode }) => !ABSENT.has(failureCode ?? ''))
    if (failed !== undefined) {
      const { imageId, failureCode, failureReason } = failed
      throw new RegistryError(
        `ECR cannot tell about ${where.repositoryName}:${imageId?.imageTag ?? imageId?.imageDigest}: ${quote(failureReason ?? '')} (${failureCode})`,
        { kind: 'unavailable', code: failureCode },
      )
    }
  }
}

/**
 * Images that a lifecycle policy has moved to the archive: they cannot be pulled, but pushing them again would undo
 * what the policy did. https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 */
async function archived(
  ecr: ECRClient,
  where: RepositoryId,
  signal?: AbortSignal,
): Promise<
  readonly { readonly imageTags?: string[] | undefined; readonly imageDigest?: string | undefined }[]
> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr')
  const images = []
  let nextToken: string | undefined
  do {
    const filter = { imageStatus: 'ARCHIVED' } as const
    const command = new DescribeImagesCommand({ ...where, filter, maxResults: PAGE, nextToken })
    const page = await unlessMissing(() => ecr.send(command, abortable(signal)))
    images.push(...(page.imageDetails ?? []))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  return images
}

/** A repository that is missing holds no images. */
async function unlessMissing<T extends object>(send: () => Promise<T>): Promise<Partial<T>> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof Error && error.name === 'RepositoryNotFoundException') return {}
    throw error
  }
}

function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}

function isPresent(digest: string | undefined): digest is Digest {
  return digest !== undefined && isDigest(digest)
}
