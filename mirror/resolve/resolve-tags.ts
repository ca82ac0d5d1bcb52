/** Asks the source for the digests behind tags: with a HEAD for each, which costs no counted pull. */
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import { mapBounded } from '../bounded.ts'
import type { Select } from '../contract.ts'
import type { ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { isRegistryError, namedError } from '../failure.ts'
import { missingTags } from './image-tags.ts'
import type { SelectedTags } from './select-tags.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

export interface Pin {
  readonly tag?: string | undefined
  readonly digest: string
  /** @default 'refuse' */
  readonly ifMoved?: Select['ifMoved']
}

const SCHEMA_1: ReadonlySet<string> = new Set([MediaType.dockerSchema1, MediaType.dockerSchema1Signed])

/** @param available - all tags of the source, where they are known */
export async function resolveTags(
  source: Source,
  { exact, found }: SelectedTags,
  available: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag[]> {
  const wanted = [...exact, ...found]
  const heads = await mapBounded(wanted, PARALLEL_REQUESTS, (tag) => findManifest(source, tag, signal))
  const missing = exact.filter((_, index) => heads[index] === undefined)
  if (missing.length > 0) throw await notThere(source, missing, available, signal)
  // A tag that only a pattern wanted may go between the listing and now: then it is simply not there.
  return wanted.flatMap((tag, index) => {
    const head = heads[index]
    return head === undefined ? [] : [resolvedTag(source, head, tag)]
  })
}

/** A pin is a promise about content: whatever else is behind the tag by now is not what was asked for. */
export async function resolvePinned(
  source: Source,
  { tag, digest, ifMoved }: Pin,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag[]> {
  const head = await findManifest(source, ifMoved === 'restore' ? digest : (tag ?? digest), signal)
  if (head?.digest === digest) return [{ ...resolvedTag(source, head, tag), ...(tag && { pinned: true }) }]
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

/** Undefined where the registry says to a GET as well that it is not there. */
async function findManifest(
  source: Source,
  reference: string,
  signal: AbortSignal | undefined,
): Promise<Descriptor | undefined> {
  try {
    return await source.resolveManifest(reference, signal)
  } catch (error) {
    if (isRegistryError(error, 'notFound')) return undefined
    throw error
  }
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
export async function listTags(source: Source, signal: AbortSignal | undefined): Promise<string[]> {
  try {
    return await source.listTags(signal)
  } catch (error) {
    if (!isRegistryError(error, 'notFound')) throw error
    throw notFound(`${source.name} does not exist, or needs credentials`, error)
  }
}

export function notFound(message: string, cause?: unknown): Error {
  return namedError(ErrorName.SourceNotFound, message, cause)
}
