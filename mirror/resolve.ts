/**
 * Asks the source, once, what the list's words mean today: which tags, which digest behind each, which artifacts
 * belong to them. HEADs only, so that an unchanged image costs no counted pull.
 */
import { type Descriptor, MediaType } from '../registry/manifest.ts'
import { findArtifacts } from './artifacts.ts'
import { mapBounded } from './bounded.ts'
import type { ImageItem, Select } from './contract.ts'
import type { Resolved, ResolvedTag } from './documents.ts'
import { ErrorName } from './error-name.ts'
import { isRegistryError, namedError } from './failure.ts'
import { missingTags, needsTagList, nothingSelected, selectTags } from './select-tags.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

const SCHEMA_1: ReadonlySet<string> = new Set([MediaType.dockerSchema1, MediaType.dockerSchema1Signed])

export async function resolveImage(
  source: Source,
  { image, select }: Pick<ImageItem, 'image' | 'select'>,
  signal?: AbortSignal,
): Promise<Resolved> {
  const available = needsTagList(select) ? await listTags(source, signal) : undefined
  const tags = await resolveTags(source, select, available, signal)
  const artifacts = await findArtifacts(source, tags, available, signal)
  const rateLimit = source.rateLimit()
  return { image, tags, artifacts, ...(rateLimit === undefined ? {} : { rateLimit }) }
}

/** The tags alone, without what belongs to them. */
export async function resolveTags(
  source: Source,
  select: Select,
  available: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag[]> {
  if (select.digest !== undefined) return resolvePinned(source, select, select.digest, signal)
  const { exact, found } = selectTags(select, available)
  const wanted = [...exact, ...found]
  if (wanted.length === 0) throw notFound(nothingSelected(select, available, source.name))
  const heads = await mapBounded(wanted, PARALLEL_REQUESTS, (tag) => source.headManifest(tag, signal))
  const missing = exact.filter((_, index) => heads[index] === undefined)
  if (missing.length > 0) throw await notThere(source, missing, available, signal)
  // A tag that only a pattern wanted may go between the listing and now: then it is simply not there.
  return wanted.flatMap((tag, index) => {
    const head = heads[index]
    return head === undefined ? [] : [resolvedTag(source, head, tag)]
  })
}

/** A pin is a promise about content: whatever else is behind the tag by now is not what was asked for. */
async function resolvePinned(
  source: Source,
  { include: [tag], ifMoved }: Select,
  digest: string,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag[]> {
  const head = await source.headManifest(ifMoved === 'restore' ? digest : (tag ?? digest), signal)
  if (head?.digest === digest) return [resolvedTag(source, head, tag)]
  if (head === undefined)
    throw notFound(`${source.name} has no ${tag === undefined ? digest : `tag "${tag}"`}`)
  if (ifMoved === 'skip') return []
  const what =
    tag === undefined ? `${source.name} answers for ${digest} with` : `the tag "${tag}" of ${source.name} has`
  throw namedError(
    ErrorName.InvalidImage,
    `${what} ${head.digest}, but the list pins ${digest}; change the pin if that is wanted`,
  )
}

function resolvedTag(source: Source, { digest, mediaType, size }: Descriptor, tag?: string): ResolvedTag {
  if (SCHEMA_1.has(mediaType)) {
    const what = `${source.name}:${tag ?? digest}`
    throw namedError(
      ErrorName.InvalidImage,
      `${what} is a Docker schema 1 image, which ECR cannot keep unchanged; ask its publisher for a current format`,
    )
  }
  return { ...(tag === undefined ? {} : { tag }), digest, mediaType, size }
}

/** The list of tags is worth one more request when it can say what was meant. */
async function notThere(
  source: Source,
  missing: readonly string[],
  available: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Error> {
  try {
    return notFound(missingTags(missing, available ?? (await listTags(source, signal)), source.name))
  } catch (error) {
    if (error instanceof Error && error.name === ErrorName.SourceNotFound) return error
    return notFound(missingTags(missing, [], source.name))
  }
}

/** Registries say "not found" too of what they do not want to show. */
async function listTags(source: Source, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    return await source.listTags(signal)
  } catch (error) {
    if (!isRegistryError(error, 'notFound')) throw error
    throw notFound(`${source.name} does not exist, or needs credentials`, error)
  }
}

function notFound(message: string, cause?: unknown): Error {
  return namedError(ErrorName.SourceNotFound, message, cause)
}
