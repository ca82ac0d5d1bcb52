/**
 * Which images an ECR repository holds: a hundred a call, and never by BatchGetImage, which counts as a pull. Lifecycle
 * rules that go by the time of the last pull would otherwise never apply to what is mirrored.
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
/** An id that is not there, or that ECR would never have: `sha512:…`. */
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

/** Digests by themselves, and by each tag that leads to them. */
type Held = Map<string, Digest>

/**
 * Where nothing is missing, a call for each hundred. DescribeImages fails when an image is missing, and whether it
 * does so for all of the others in the call is not documented. So what it did not return is looked for in the list, as
 * long as that takes no more calls than there are images to look for, and after that one by one.
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
 * Archived images too: they cannot be pulled, but pushing them again would undo what the lifecycle policy did.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html
 * @returns whether that was the whole list
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

/** No tag looks like a digest. */
function keyOf({ imageTag, imageDigest }: ImageIdentifier): string {
  return imageTag ?? imageDigest ?? ''
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
