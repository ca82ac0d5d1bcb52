/**
 * Looks up images in an ECR repository, 100 per call. Never uses BatchGetImage, which counts as a pull and would keep
 * lifecycle rules based on the last pull from ever expiring mirrored images.
 * https://github.com/aws/containers-roadmap/issues/2390
 */
import type { ECRClient, ImageIdentifier, ListImagesFilter } from '@aws-sdk/client-ecr'
import { type Digest, isDigest } from '../model/reference.ts'

export interface RepositoryId {
  readonly repositoryName: string
  readonly registryId: string | undefined
}

const BATCH = 100
const PAGE = 1000
/** The image is missing, or ECR does not support its id (`sha512:…`). */
const NOT_THERE = new Set(['ImageNotFoundException', 'InvalidParameterException'])

export async function tagDigests(
  ecr: ECRClient,
  where: RepositoryId,
  tags: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Digest>> {
  const ids = [...new Set(tags)].map((imageTag) => ({ imageTag }))
  const held = await look({ ecr, where, signal, tagStatus: 'TAGGED' }, ids)
  return new Map(tags.flatMap((tag) => entryOf(tag, held.get(tag))))
}

export async function presentDigests(
  ecr: ECRClient,
  where: RepositoryId,
  digests: readonly Digest[],
  signal?: AbortSignal,
): Promise<Set<Digest>> {
  const ids = [...new Set(digests)].map((imageDigest) => ({ imageDigest }))
  const held = await look({ ecr, where, signal, tagStatus: 'ANY' }, ids)
  return new Set(digests.filter((digest) => held.has(digest)))
}

function entryOf(tag: string, digest: Digest | undefined): [string, Digest][] {
  return digest === undefined ? [] : [[tag, digest]]
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

interface Asking {
  readonly ecr: ECRClient
  readonly where: RepositoryId
  readonly signal: AbortSignal | undefined
  readonly tagStatus: NonNullable<ListImagesFilter['tagStatus']>
}

/** Digests by tag and by digest. */
type Held = Map<string, Digest>

/**
 * Describes 100 images per call. DescribeImages fails if one image is missing, and AWS does not document whether it then
 * returns the others. So the images that it did not return are looked up in the list, or one by one if that takes fewer
 * calls.
 */
async function look(asking: Asking, ids: readonly ImageIdentifier[]): Promise<Held> {
  const held: Held = new Map()
  const missing = () => ids.filter((id) => !held.has(keyOf(id)))
  for (let start = 0; start < ids.length; start += BATCH) {
    await describe(asking, ids.slice(start, start + BATCH), held)
  }
  const pages = missing().length
  if (pages === 0 || (await list(asking, 'ANY', held, pages))) return held
  if (ids.length > 1) for (const id of missing()) await describe(asking, [id], held)
  if (missing().length > 0) await list(asking, 'ARCHIVED', held)
  return held
}

async function describe(
  { ecr, where, signal }: Asking,
  imageIds: ImageIdentifier[],
  held: Held,
): Promise<void> {
  const { DescribeImagesCommand } = await import('@aws-sdk/client-ecr')
  const command = new DescribeImagesCommand({ ...where, imageIds })
  try {
    const { imageDetails } = await unlessMissing(() => ecr.send(command, abortable(signal)))
    for (const { imageDigest, imageTags } of imageDetails ?? []) note(held, imageDigest, imageTags)
  } catch (error) {
    if (!(error instanceof Error) || !NOT_THERE.has(error.name)) throw error
  }
}

/**
 * Lists archived images too. They cannot be pulled, but pushing them again would undo the lifecycle policy.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 * @returns whether the list was read to its end
 */
async function list(
  { ecr, where, signal, tagStatus }: Asking,
  imageStatus: NonNullable<ListImagesFilter['imageStatus']>,
  held: Held,
  maxPages = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  const { ListImagesCommand } = await import('@aws-sdk/client-ecr')
  const filter = { tagStatus, imageStatus }
  let nextToken: string | undefined
  for (let page = 0; page < maxPages; page++) {
    const command = new ListImagesCommand({ ...where, filter, maxResults: PAGE, nextToken })
    const answer = await unlessMissing(() => ecr.send(command, abortable(signal)))
    for (const { imageDigest, imageTag } of answer.imageIds ?? []) note(held, imageDigest, imageTag)
    nextToken = answer.nextToken
    if (nextToken === undefined) return true
  }
  return false
}

function note(held: Held, digest: string | undefined, tags: string | readonly string[] = []): void {
  if (!isPresent(digest)) return
  held.set(digest, digest)
  for (const tag of [tags].flat()) held.set(tag, digest)
}

/** Tags and digests share one map, since a tag has no colon. */
function keyOf({ imageTag, imageDigest }: ImageIdentifier): string {
  return imageTag ?? imageDigest ?? ''
}

/** Returns an empty response if the repository is missing. */
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
