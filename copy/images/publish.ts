/**
 * The way of a manifest with a tag, an image's or an artifact's, each step once: the target is looked at, what it lacks is
 * brought, and the tag is put last, and looked at afterwards.
 */
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { type Attempt, settleAll } from '../attempt.ts'
import type { Prepared } from '../target.ts'
import { prepareManifest, putUnderTag } from './graph.ts'

/** What the target says of a manifest that is, or may be, behind a tag. */
export interface Held {
  /** The manifest is there, whatever its tags. */
  readonly manifest: boolean
  /** Nothing has to be put. */
  readonly right: boolean
}

/** Both questions at once, as far as they were not asked already: over a long way that is a round trip less. */
export async function lookAt(
  attempt: Attempt,
  digest: Digest,
  tag: string | undefined,
  held?: Promise<Descriptor | undefined>,
): Promise<Held> {
  const byDigest = leadsTo(attempt, digest, digest)
  const byTag = held === undefined ? tag && leadsTo(attempt, tag, digest) : isBehind(held, digest)
  const [manifest = false, right = manifest] = await settleAll(byTag ? [byDigest, byTag] : [byDigest])
  return { manifest, right }
}

async function isBehind(held: Promise<Descriptor | undefined>, digest: Digest): Promise<boolean> {
  return (await held)?.digest === digest
}

async function leadsTo(
  { target, limit, signal }: Attempt,
  reference: string,
  digest: Digest,
): Promise<boolean> {
  return isBehind(
    limit(0, () => target.repository.headManifest(reference, signal)),
    digest,
  )
}

/**
 * Brings everything under the root that the target lacks.
 * @param early - the root's manifest, where it is read already
 * @returns what has to be put; undefined where nothing has
 */
export async function bringMissing(
  attempt: Attempt,
  root: Descriptor,
  { manifest, right }: Held,
  early?: Promise<Manifest | undefined>,
): Promise<Prepared | undefined> {
  if (right && attempt.target.provesContent) return undefined
  const prepared = await prepareManifest(attempt, root, {
    there: manifest,
    ...(early && { early: () => early }),
  })
  return right ? undefined : prepared
}

/** @throws `tagImmutable` when the tag holds another digest and may not be moved */
export async function publishTag(attempt: Attempt, prepared: Prepared, tag: string): Promise<void> {
  const { digest } = prepared.descriptor
  await putUnderTag(attempt, prepared, tag)
  if (await shows(attempt, tag, digest)) return
  throw new RegistryError(
    `${attempt.target.repository.name}:${tag} was set to ${digest} and shows something else a moment later: ` +
      'something else writes this tag as well',
    { kind: 'unavailable' },
  )
}

/** The tag was put a moment ago, so that a HEAD which denies it is not the last word. */
async function shows({ target, limit, signal }: Attempt, tag: string, digest: Digest): Promise<boolean> {
  try {
    return (await limit(0, () => target.repository.resolveManifest(tag, signal))).digest === digest
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return false
    throw error
  }
}
