/** Keeps the manifests that were read by digest, for a source from which several steps need the same ones. */
import type { Manifest } from '../../registry/model/manifest.ts'
import { isDigest } from '../../registry/model/reference.ts'
import type { Source } from './source.ts'

export function readingOnce(source: Source): Source {
  const reads = new Map<string, Promise<Manifest>>()
  return {
    ...source,
    getManifest(reference, signal) {
      const before = reads.get(reference)
      if (before !== undefined) return before
      const read = source.getManifest(reference, signal)
      if (!isDigest(reference)) return read
      reads.set(reference, read)
      read.catch(() => reads.delete(reference))
      return read
    },
  }
}
