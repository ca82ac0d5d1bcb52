/**
 * Fan-out from one source to several targets. Each manifest is read once, and each blob is streamed once to all targets
 * that lack it. A target that is late, or was dropped for being slow, reads the blob from a target that already has it,
 * so the source is still read once.
 */
import type { Descriptor, Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { observeFailure } from '../observe-failure.ts'
import { createOnce } from '../once.ts'
import { createPlaces, type OpenPlace, type Places, type ResumableSource } from '../places.ts'
import type { RoundOptions } from './round.ts'
import { createSharedBlob, type SharedBlob } from './shared-blob.ts'
import { FellBehind } from './tee.ts'

/** Opens per target and blob. After that, only the client's own retries remain. */
const MAX_OPENS = 4

/** Returns the places for each target, in the order of `targets`. */
export function fanOut(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly Repository[],
  options: RoundOptions,
): Places[] {
  const places = createPlaces(from)
  const manifests = createOnce<Manifest>()
  const blobs = new Map<Digest, SharedBlob>()
  /** Targets that were dropped or missed a round: they read alone. */
  const loners = new Set<Repository>()

  function sharedBlob(descriptor: Descriptor): SharedBlob {
    const known = blobs.get(descriptor.digest)
    if (known) return known
    const shared = createSharedBlob(places.blob(descriptor), loners, options)
    blobs.set(descriptor.digest, shared)
    return shared
  }

  function sourceFor(target: Repository, descriptor: Descriptor): ResumableSource {
    const shared = sharedBlob(descriptor)
    shared.register(target)
    let failure: unknown
    let opens = 0

    async function openAlone(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
      const holders = await shared.holders(target, signal)
      return createPlaces([...holders, ...from])
        .blob(descriptor)
        .open(signal)
    }

    async function open(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
      const together = shared.isGathering() && !loners.has(target)
      const stream = together ? shared.join(target, signal) : openAlone(signal)
      return observeFailure(await stream, (error) => {
        failure = error
        if (error instanceof FellBehind) loners.add(target)
      })
    }

    return {
      size: descriptor.size,
      failure: () => failure,
      canMoveOn: () => opens < MAX_OPENS && (failure instanceof FellBehind || shared.source.canMoveOn()),
      close: (held) => shared.close(target, held),
      async open(signal) {
        opens++
        failure = undefined
        try {
          return await open(signal)
        } catch (error) {
          failure = error
          throw error
        }
      },
    }
  }

  return targets.map((target) => ({
    opened: places.opened,
    source: places.source,
    manifest: async (digest, signal) =>
      (await manifests.run(digest, () => places.manifest(digest, signal))).value,
    blob: (descriptor) => sourceFor(target, descriptor),
  }))
}
