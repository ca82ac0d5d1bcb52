/**
 * Keeps the image of a tag that is about to be overwritten, under a name of its own. The backup is written first, because
 * a lifecycle policy may take an image as soon as it has no tag.
 */
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import { type Digest, isTag } from '../../registry/model/reference.ts'
import type { Attempt } from '../attempt.ts'

/**
 * The name of a tag's backup; undefined if the tag needs none.
 * @param attempt - counts from 1, because the first names may be taken
 */
export type BackupName = (tag: string, attempt: number) => string | undefined

export interface BackedUp {
  readonly name: string
  readonly digest: string
}

/** Overwrites of a tag in one day. */
const MAX_ATTEMPTS = 20

/**
 * @param next - the digest that the tag is about to get
 * @returns undefined if the tag is new, or has that digest
 * @throws if the backup cannot be written: the tag must then stay as it is
 */
export async function backUp(
  attempt: Attempt,
  tag: string,
  next: Digest,
  nameOf: BackupName,
): Promise<BackedUp | undefined> {
  const { target, limit, signal } = attempt
  if (nameOf(tag, 1) === undefined) return undefined
  const held = await limit(0, () => target.repository.headManifest(tag, signal))
  if (held === undefined || held.digest === next) return undefined
  const { digest } = held
  for (let count = 1; count <= MAX_ATTEMPTS; count++) {
    const name = nameOf(tag, count) ?? ''
    if (!isTag(name))
      throw problem(`its backup would be named "${name}", which has more than 128 characters`, tag)
    const there = await limit(0, () => target.repository.headManifest(name, signal))
    if (there?.digest === digest) return { name, digest }
    // Never overwrites: the name may belong to another backup, and the repository may be immutable.
    if (there !== undefined) continue
    const manifest = await limit(0, () => target.repository.getManifest(digest, signal))
    await target.pace(() => limit(0, () => target.repository.putManifest(manifest, name, signal)), signal)
    return { name, digest }
  }
  throw problem(`"${nameOf(tag, 1)}" and ${MAX_ATTEMPTS - 1} names like it are taken by other images`, tag)
}

function problem(reason: string, tag: string): Error {
  return namedError(
    ErrorName.InvalidTarget,
    `the tag ${tag} is not overwritten, because ${reason}; change "backup"`,
  )
}
