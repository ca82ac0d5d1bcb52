/** Reads an index for its platforms without an extra counted pull: from a target that has it, or shared with the copy. */

import type { Manifest } from '../../registry/model/manifest.ts'
import { isIndexType } from '../../registry/model/media-type.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { OpenedTargets } from './targets.ts'

/** Larger indexes are rare and would take too much memory. */
const MAX_KEPT = 64 * 1024

/** Wraps the repository so that all callers share one read of each index. */
export function sharingReads(source: Repository): Repository {
  const reads = new Map<string, Promise<Manifest>>()
  const isKept = ({ mediaType, bytes }: Manifest): boolean =>
    isIndexType(mediaType) && bytes.length <= MAX_KEPT
  return {
    ...source,
    async getManifest(reference, signal) {
      const known = reads.get(reference)
      if (known !== undefined) return known
      const read = source.getManifest(reference, signal)
      reads.set(reference, read)
      try {
        const manifest = await read
        if (!isKept(manifest)) reads.delete(reference)
        return manifest
      } catch (error) {
        reads.delete(reference)
        throw error
      }
    },
  }
}

/** Tries first the targets whose tag already points to the index. */
export function indexReader(
  source: Repository,
  opening: Promise<OpenedTargets>,
  signal: AbortSignal,
): (digest: Digest) => Promise<Manifest> {
  return async (digest) => {
    const { prompt } = await opening
    for (const target of prompt) {
      if (!('repository' in target) || target.held === undefined) continue
      const held = await target.held.catch(() => undefined)
      if (held?.digest !== digest) continue
      const manifest = await target.repository.getManifest(digest, signal).catch(() => undefined)
      if (manifest !== undefined) return manifest
    }
    return source.getManifest(digest, signal)
  }
}
