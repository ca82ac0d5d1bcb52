/** Reads an index for its platforms without an extra counted pull: from a target that has it, or shared with the copy. */

import type { Manifest } from '../../registry/model/manifest.ts'
import { isIndexType } from '../../registry/model/media-type.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { Opened, OpenedTargets } from './targets.ts'

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

export interface IndexReaderOptions {
  /** Whether the image is copied to targets that lack it, which reads the index from the source in any case. */
  readonly copies: boolean
  readonly signal: AbortSignal
}

/** Reads from a target whose tag already points to the index, where that saves a pull. */
export function indexReader(
  source: Repository,
  opening: Promise<OpenedTargets>,
  { copies, signal }: IndexReaderOptions,
): (digest: Digest) => Promise<Manifest> {
  return async (digest) => {
    const { prompt } = await opening
    const holder = await holderOf(prompt, digest, copies)
    const manifest = await holder?.getManifest(digest, signal).catch(() => undefined)
    return manifest ?? source.getManifest(digest, signal)
  }
}

/**
 * Returns the first target that is found to hold the index. A target that does not answer must not delay the others.
 * @param copies - whether one that lacks the index settles it, too
 */
function holderOf(
  targets: readonly Opened[],
  digest: Digest,
  copies: boolean,
): Promise<Repository | undefined> {
  return new Promise((resolve) => {
    const look = async (target: Opened): Promise<void> => {
      if (!('repository' in target) || target.held === undefined) return
      const isHolder = (await target.held)?.digest === digest
      if (isHolder || copies) resolve(isHolder ? target.repository : undefined)
    }
    void Promise.allSettled(targets.map(look)).then(() => resolve(undefined))
  })
}
