/** Reads manifests with as few counted pulls and round trips as possible. */
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../../registry/model/manifest.ts'
import type { Attempt } from '../attempt.ts'
import { embeddedContent } from '../blobs/embedded.ts'

const MAX_MANIFESTS = 2_000

/** Reads a manifest, from the target if it has it, because that costs no pull at the source. */
export async function readManifest(
  { target, places, limit, signal, tally }: Attempt,
  descriptor: Descriptor,
  atTarget: boolean,
): Promise<Manifest> {
  const { digest, mediaType } = descriptor
  tally.manifest()
  if (tally.manifests() > MAX_MANIFESTS) {
    throw new RegistryError(`the image has more than ${MAX_MANIFESTS} manifests under one tag`, {
      kind: 'invalidContent',
    })
  }
  const bytes = atTarget ? undefined : embeddedContent(descriptor)
  if (bytes !== undefined) return { mediaType, digest, bytes }
  return limit(0, () =>
    atTarget ? target.repository.getManifest(digest, signal) : places.manifest(digest, signal),
  )
}

/**
 * Reads a manifest that the target most likely lacks without waiting for a check of the target, which saves a round trip.
 * Returns undefined if a source counts pulls, because the read may turn out to be unnecessary.
 */
export function readEarly(attempt: Attempt, descriptor: Descriptor): Promise<Manifest> | undefined {
  if (countsPulls(attempt)) return undefined
  const early = readManifest(attempt, descriptor, false)
  // Handles a rejection before the awaiting code receives it.
  early.catch(() => {})
  return early
}

/** Returns true if a registry reports a rate limit, or if none has been contacted yet. */
function countsPulls({ places }: Attempt): boolean {
  const opened = places.opened()
  return opened.length === 0 || opened.some((place) => place.rateLimit() !== undefined)
}
