/**
 * Corrects HEAD responses with a digest that the source does not have; caches in front of registries send such
 * responses. Verifies each new digest with another HEAD and, if it is missing, takes the digest of the bytes that the
 * tag returns.
 */
import pMap from 'p-map'
import type { ResolvedTag } from '../documents.ts'
import { isRegistryError } from '../failure.ts'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

export interface SettledDigests {
  readonly tags: readonly ResolvedTag[]
  /** Digests that could not be verified. */
  readonly uncertain: ReadonlySet<string>
}

/** @param known - digests that the source had in an earlier run, which need no second HEAD */
export async function settleDigests(
  source: Source,
  tags: readonly ResolvedTag[],
  known: ReadonlySet<string>,
  signal: AbortSignal | undefined,
): Promise<SettledDigests> {
  const uncertain = new Set<string>()
  const asked = new Map<string, Promise<boolean>>()

  /** Single flight for all tags with this digest. */
  function isThere(digest: string): Promise<boolean> {
    const answer =
      asked.get(digest) ?? source.peekManifest(digest, signal).then((found) => found !== undefined)
    asked.set(digest, answer)
    return answer
  }

  const settled = await pMap(
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
        // Sync runs into the same error, and reports the tag.
        uncertain.add(digest)
        return one
      }
    },
    { concurrency: PARALLEL_REQUESTS },
  )
  return { tags: settled, uncertain }
}
