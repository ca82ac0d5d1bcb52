/**
 * Steps to publish a tagged manifest, of an image or of an artifact: check the target, copy what is missing, put the tag
 * last and verify it.
 */
import { RegistryError } from '../../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { type Attempt, settleAll } from '../attempt.ts'
import type { Prepared } from '../target.ts'
import { prepareManifest, putUnderTag } from './graph.ts'

/** The state of a manifest and its tag at the target. */
export interface Held {
  /** Whether the target has the manifest, under any tag or none. Undefined if it was not checked. */
  readonly manifest: boolean | undefined
  /** Whether the tag points to the manifest. Without a tag, whether the target has the manifest. */
  readonly isCurrent: boolean
}

/** Checks the manifest and the tag in parallel, which saves a round trip. */
export async function inspectTarget(
  attempt: Attempt,
  digest: Digest,
  tag: string | undefined,
  held?: Promise<Descriptor | undefined>,
): Promise<Held> {
  const byDigest = leadsTo(attempt, digest, digest)
  const byTag = held === undefined ? tag && leadsTo(attempt, tag, digest) : isBehind(held, digest)
  const [manifest = false, isCurrent = manifest] = await settleAll(byTag ? [byDigest, byTag] : [byDigest])
  return { manifest, isCurrent }
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
 * Copies all content under the root that the target lacks.
 * @param early - the root's manifest, if it is being read already
 * @returns the manifest to put, or undefined if the target is up to date
 */
export async function copyMissing(
  attempt: Attempt,
  root: Descriptor,
  { manifest, isCurrent }: Held,
  early?: Promise<Manifest | undefined>,
): Promise<Prepared | undefined> {
  if (isCurrent && attempt.target.provesContent) return undefined
  const prepared = await prepareManifest(attempt, root, {
    ...(manifest !== undefined && { there: manifest }),
    ...(early && { early: () => early }),
  })
  return isCurrent ? undefined : prepared
}

/** @throws `tagImmutable` if the tag points to another digest and the repository forbids moving it */
export async function publishTag(attempt: Attempt, prepared: Prepared, tag: string): Promise<void> {
  const { digest } = prepared.descriptor
  await putUnderTag(attempt, prepared, tag)
  if (await shows(attempt, tag, digest)) return
  throw new RegistryError(
    `${attempt.target.repository.name}:${tag} was set to ${digest}, but points to another digest a moment later: ` +
      'find and stop the other client that writes this tag',
    { kind: 'unavailable' },
  )
}

/** Resolves with a fallback to GET, because a HEAD right after the PUT may still return 404. */
async function shows({ target, limit, signal }: Attempt, tag: string, digest: Digest): Promise<boolean> {
  try {
    return (await limit(0, () => target.repository.resolveManifest(tag, signal))).digest === digest
  } catch (error) {
    if (error instanceof RegistryError && error.kind === 'notFound') return false
    throw error
  }
}
