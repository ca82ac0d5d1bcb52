/** The last step of a copy: a tag is put only when it is not right yet, and looked at afterwards. */
import { RegistryError } from '../registry/errors.ts'
import type { Descriptor } from '../registry/manifest.ts'
import type { Digest } from '../registry/reference.ts'
import type { Attempt } from './attempt.ts'
import { prepareManifest, putManifest, readManifest } from './graph.ts'

export async function isTagRight(
  { target, limit, signal }: Attempt,
  reference: string,
  digest: Digest,
): Promise<boolean> {
  const held = await limit(0, () => target.repository.headManifest(reference, signal))
  return held?.digest === digest
}

/** @throws `tagImmutable` when the tag holds another digest and may not be moved */
export async function publishTag(attempt: Attempt, root: Descriptor, tag: string): Promise<void> {
  const prepared = await prepareManifest(attempt, root)
  const manifest = prepared.manifest ?? (await readManifest(attempt, root.digest, true))
  try {
    await putManifest(attempt, manifest, { tag, depth: 0 })
  } catch (error) {
    // ECR refuses to put an immutable tag even where it has this very digest already.
    // https://github.com/aws/containers-roadmap/issues/2179
    const sameAgain = isImmutable(error) && (await isTagRight(attempt, tag, root.digest))
    if (!sameAgain) throw error
    return
  }
  if (await isTagRight(attempt, tag, root.digest)) return
  throw new RegistryError(
    `${attempt.target.repository.name}:${tag} was set to ${root.digest} and shows something else a moment later: ` +
      'something else writes this tag as well',
    { kind: 'unavailable' },
  )
}

function isImmutable(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === 'tagImmutable'
}
