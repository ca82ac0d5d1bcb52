/**
 * The blobs that are being read, by digest: all targets that need a blob at the same time share one read of it, whatever
 * image they need it for. Later ones read it from a target that holds it.
 */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { ResumableSource } from '../places.ts'
import type { RoundOptions } from './round.ts'
import { createSharedBlob, type SharedBlob } from './shared-blob.ts'

export interface Readings {
  /** @param source - where a new reading reads the blob from */
  of(descriptor: Descriptor, source: ResumableSource): SharedBlob
  /** Targets that were dropped because they were slow: they read alone. */
  readonly loners: Set<Repository>
  /** Targets that no round waits for: those that were dropped, or that missed a round. */
  readonly late: Set<Repository>
}

export function createReadings(options: RoundOptions): Readings {
  const blobs = new Map<Digest, SharedBlob>()
  const holding = new Map<Digest, Set<Repository>>()
  const loners = new Set<Repository>()
  const late = new Set<Repository>()

  function holdersOf(digest: Digest): Set<Repository> {
    const known = holding.get(digest) ?? new Set()
    holding.set(digest, known)
    return known
  }

  return {
    loners,
    late,
    of(descriptor, source) {
      const { digest } = descriptor
      const known = blobs.get(digest)
      if (known !== undefined) return known
      const shared = createSharedBlob(source, {
        ...options,
        late,
        holding: holdersOf(digest),
        onIdle: () => blobs.delete(digest),
      })
      blobs.set(digest, shared)
      return shared
    },
  }
}
