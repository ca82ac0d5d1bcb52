/** Resolves many tags at a source. A blocked or broken tag fails individually. */

import pMap from 'p-map'
import { type Descriptor, MediaType } from '../../registry/model/manifest.ts'
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { failedTag } from '../failed-tags.ts'
import { namedError } from '../failure.ts'
import { findManifest } from './find-manifest.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

export type TagAnswer =
  | { readonly resolved: ResolvedTag }
  | { readonly absent: string }
  | { readonly failure: FailedTag }

const SCHEMA_1: ReadonlySet<string> = new Set([MediaType.dockerSchema1, MediaType.dockerSchema1Signed])
/**
 * Number of unanswered tags after which the others are not requested. Each has used up all retries of the client, and
 * a registry that is down would do so for every tag.
 */
const MAX_SILENT = { ifNoneWasAnswered: PARALLEL_REQUESTS, ifSomeWere: 100 } as const

/**
 * @param known - tags that an earlier try resolved, which are not requested again; new ones are added
 * @throws rate limits, because they affect every tag and waiting helps
 */
export async function askTags(
  source: Source,
  tags: readonly string[],
  known: ResolvedTag[],
  signal: AbortSignal | undefined,
): Promise<TagAnswer[]> {
  const before = new Map(known.map((one) => [one.tag, one]))
  let answered = before.size
  let silent = 0
  /** The failure that stops further requests. */
  let end: FailedTag | undefined
  let limit: unknown

  function failed(tag: string, error: unknown): FailedTag {
    const failure = failedTag({ tag }, error)
    if (failure.name === ErrorName.RateLimited) {
      limit = error
      end = failure
    } else if (failure.name !== ErrorName.RegistryUnavailable) {
      answered++
    } else if (++silent >= (answered === 0 ? MAX_SILENT.ifNoneWasAnswered : MAX_SILENT.ifSomeWere)) {
      end = failure
    }
    return failure
  }

  async function ask(tag: string): Promise<TagAnswer> {
    const resolved = before.get(tag)
    if (resolved !== undefined) return { resolved }
    if (end !== undefined) return { failure: { ...end, tag } }
    try {
      const head = await findManifest(source, tag, signal)
      answered++
      if (head === undefined) return { absent: tag }
      const one = resolvedTag(source, head, tag)
      known.push(one)
      return { resolved: one }
    } catch (error) {
      signal?.throwIfAborted()
      return { failure: failed(tag, error) }
    }
  }

  const answers = await pMap(tags, ask, { concurrency: PARALLEL_REQUESTS })
  if (limit !== undefined) throw limit
  return answers
}

/** @throws InvalidImage for formats that ECR cannot store unchanged */
export function resolvedTag(
  source: Pick<Source, 'name'>,
  { digest, mediaType, size }: Descriptor,
  tag: string | undefined,
): ResolvedTag {
  if (SCHEMA_1.has(mediaType)) {
    const what = `${source.name}:${tag ?? digest}`
    throw namedError(
      ErrorName.InvalidImage,
      `${what} is a Docker schema 1 image, which ECR cannot keep unchanged; ask its publisher for a current format`,
    )
  }
  return { ...(tag === undefined ? {} : { tag }), digest, mediaType, size }
}
