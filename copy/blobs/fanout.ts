/**
 * Fan-out from one source to several targets. Each manifest is read once, and each blob is streamed once to all targets
 * that lack it. A target that is late, or was dropped for being slow, reads the blob from a target that already has it,
 * so the source is still read once.
 */
import type { Descriptor, Manifest } from '../../registry/model/manifest.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { observeFailure } from '../observe-failure.ts'
import { createOnce } from '../once.ts'
import { createPlaces, type OpenPlace, type Places, type ResumableSource } from '../places.ts'
import type { Readings } from './readings.ts'
import { FellBehind } from './tee.ts'

/** Opens per target and blob. After that, only the client's own retries remain. */
const MAX_OPENS = 4

/**
 * Returns the places for each target, in the order of `targets`.
 * @param readings - of the process, if other jobs may need the same blobs
 */
export function fanOut(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly Repository[],
  readings: Readings,
): Places[] {
  const places = createPlaces(from)
  const manifests = createOnce<Manifest>()
  const { loners, late } = readings

  function sourceFor(target: Repository, descriptor: Descriptor): ResumableSource {
    const own = places.blob(descriptor)
    const shared = readings.of(descriptor, own)
    const isOwn = shared.source === own
    shared.register(target)
    let failure: unknown
    let opens = 0
    /** Another job's source may fail for reasons of its own. */
    let isAlone = false

    async function openAlone(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
      const holders = await shared.holders(target, signal)
      return createPlaces([...holders, ...from])
        .blob(descriptor)
        .open(signal)
    }

    async function open(signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
      const together = !isAlone && shared.isGathering() && !loners.has(target)
      return observeFailure(await (together ? shared.join(target, signal) : openAlone(signal)), failed)
    }

    function failed(error: unknown): void {
      failure = error
      isAlone ||= !isOwn
      if (!(error instanceof FellBehind)) return
      loners.add(target)
      late.add(target)
    }

    return {
      size: descriptor.size,
      failure: () => failure,
      canMoveOn: () => opens < MAX_OPENS && (failure instanceof FellBehind || !isOwn || own.canMoveOn()),
      close: (held) => shared.close(target, held),
      async open(signal) {
        opens++
        failure = undefined
        try {
          return await open(signal)
        } catch (error) {
          failed(error)
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
