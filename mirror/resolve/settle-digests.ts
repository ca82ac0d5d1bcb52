/**
 * Finds HEADs that name a digest under which the source has nothing: caches in front of registries answer like that. A
 * digest that is new is asked for with a HEAD of its own; where it is missing, the bytes that the tag leads to decide.
 */
import pMap from 'p-map'
import type { ResolvedTag } from '../documents.ts'
import { isRegistryError } from '../failure.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

/** @param known - digests that the source had in an earlier run: an unchanged tag costs no second HEAD */
export function settleDigests(
  source: Source,
  tags: readonly ResolvedTag[],
  known: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag[]> {
  const asked = new Map<string, Promise<boolean>>()

  /** Once for all tags that lead to it. */
  function isThere(digest: string): Promise<boolean> {
    const answer =
      asked.get(digest) ?? source.peekManifest(digest, signal).then((found) => found !== undefined)
    asked.set(digest, answer)
    return answer
  }

  return pMap(
    tags,
    async (one) => {
      const { tag, digest, pinned = false } = one
      if (tag === undefined || pinned || known.has(digest)) return one
      try {
        if (await isThere(digest)) return one
        const served = await source.getManifest(tag, signal)
        return { ...one, digest: served.digest, mediaType: served.mediaType, size: served.bytes.length }
      } catch (error) {
        signal?.throwIfAborted()
        if (isRegistryError(error, 'rateLimited')) throw error
        // Sync meets the same, and names the tag.
        return one
      }
    },
    { concurrency: PARALLEL_REQUESTS },
  )
}
