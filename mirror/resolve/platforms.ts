/**
 * Collects the manifests under an image's indexes that may have artifacts of their own: `cosign sign --recursive`
 * signs each of them, and BuildKit attaches SBOMs to them. An index is read once, since reading counts as a pull.
 */

import pMap from 'p-map'
import { isIndexType, isManifestType } from '../../registry/model/media-type.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { ResolvedTag } from '../documents.ts'
import { isRegistryError } from '../failure.ts'
import type { ReadIndex } from './index-reader.ts'
import type { ListingGaps } from './listing-gaps.ts'
import { PARALLEL_REQUESTS } from './source.ts'

/** The depth limit of the copier. */
const MAX_DEPTH = 8
/** The platform limit of the copier. */
const MAX_PLATFORMS = 2_000

/** Returns the digests under each index, by the index's digest. */
export async function platformsOf(
  tags: readonly Pick<ResolvedTag, 'digest' | 'mediaType'>[],
  readIndex: ReadIndex,
  gaps: ListingGaps,
): Promise<Map<string, readonly string[]>> {
  const indexes = [
    ...new Set(tags.filter(({ mediaType }) => isIndexType(mediaType)).map(({ digest }) => digest)),
  ]
  const under = await pMap(
    indexes,
    async (digest) => {
      try {
        return await manifestsUnder(digest, readIndex, gaps)
      } catch (error) {
        if (!isRegistryError(error)) throw error
        gaps.add(digest, error.message)
        return []
      }
    },
    { concurrency: PARALLEL_REQUESTS },
  )
  return new Map(indexes.map((digest, index) => [digest, under[index] ?? []]))
}

async function manifestsUnder(root: string, readIndex: ReadIndex, gaps: ListingGaps): Promise<string[]> {
  const found = new Set<string>()
  let level = [root]
  for (let depth = 0; level.length > 0 && depth < MAX_DEPTH; depth++) {
    const entries = (await pMap(level, (digest) => readIndex(digest as Digest), { concurrency: 1 })).flat()
    const fresh = entries.filter(({ digest, mediaType }) => isManifestType(mediaType) && !found.has(digest))
    for (const { digest } of fresh) found.add(digest)
    if (found.size > MAX_PLATFORMS) return gaps.implausible(root, `more than ${MAX_PLATFORMS} platforms`)
    level = [...new Set(fresh.filter(({ mediaType }) => isIndexType(mediaType)).map(({ digest }) => digest))]
  }
  return [...found]
}
