/** Reads manifests from the targets of an image. An index that a target holds costs no pull at the source. */
import { isRegistryError } from '../../mirror/failure.ts'
import type { Target } from '../../mirror/target.ts'
import type { Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'

/** @returns a function that returns undefined for what no target has */
export type NearbyReader = (
  targets: readonly Target[],
  open: (target: Target) => Promise<Repository>,
) => (digest: Digest) => Promise<Manifest | undefined>

/** A target that takes longer is not worth waiting for: the source has the manifest too. */
const PATIENCE_MS = 5_000

/** Asks no target again that was slow or failed. The comparison with it reports what is wrong. */
export function createNearbyReader(signal: AbortSignal): NearbyReader {
  const avoided = new Set<string>()
  return (targets, open) => async (digest) => {
    for (const target of targets) {
      if (avoided.has(target.id)) continue
      try {
        const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
        return await (await open(target)).getManifest(digest, patience)
      } catch (error) {
        signal.throwIfAborted()
        if (!isRegistryError(error, 'notFound')) avoided.add(target.id)
      }
    }
    return undefined
  }
}
