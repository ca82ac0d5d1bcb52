/** Reads manifests: where that costs no pull, and as early as it costs none in vain. */
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../../registry/model/manifest.ts'
import type { Attempt } from '../attempt.ts'
import { embeddedContent } from '../blobs/embedded.ts'

const MAX_MANIFESTS = 2_000

/** A manifest that the target has already is read there: that costs no pull at the source. */
export async function readManifest(
  { target, places, limit, signal, tally }: Attempt,
  descriptor: Descriptor,
  atTarget: boolean,
): Promise<Manifest> {
  const { digest, mediaType } = descriptor
  tally.manifest()
  if (tally.manifests() > MAX_MANIFESTS) {
    throw new RegistryError(`there are more than ${MAX_MANIFESTS} manifests under one tag`, {
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
 * A manifest that the target lacks, as far as one can tell: read at the source while the target is asked whether it
 * does, which over a long way is a round trip less. Undefined where pulls are counted: there none is made that may not
 * be needed.
 */
export async function readEarly(attempt: Attempt, descriptor: Descriptor): Promise<Manifest | undefined> {
  if (countsPulls(attempt)) return undefined
  return readManifest(attempt, descriptor, false)
}

/** A registry that counts says so with each answer; of one that was not asked yet we do not know. */
function countsPulls({ places }: Attempt): boolean {
  const asked = places.opened()
  return asked.length === 0 || asked.some((place) => place.rateLimit() !== undefined)
}
