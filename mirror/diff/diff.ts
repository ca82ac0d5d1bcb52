/** Compares resolved tags and artifacts with a target. */

import type { Digest } from '../../registry/model/reference.ts'
import type { EcrRepository } from '../../registry/model/registry.ts'
import type { PairImage } from '../contract.ts'
import type { Artifact, KeptTag, Resolved, ResolvedTag } from '../documents.ts'
import { isRegistryError } from '../failure.ts'
import type { HeldBy } from './held.ts'
import { keptTags, withoutKept } from './kept.ts'

export interface Missing {
  readonly tags: readonly ResolvedTag[]
  readonly artifacts: readonly Artifact[]
  /** The target has none of the tags, not even with other content. */
  readonly all: boolean
  /** The target's digests, by tag. */
  readonly before: ReadonlyMap<string, string>
  /** Tags that are left as the target has them. */
  readonly kept: readonly KeptTag[]
}

export interface MissingOptions {
  /** Leaves tags that the target has as they are. @default false */
  readonly missingOnly?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

export async function findMissing(
  target: HeldBy,
  resolved: Resolved,
  { missingOnly = false, signal }: MissingOptions = {},
): Promise<Missing> {
  const { tags, digests } = wanted(resolved)
  const [behind, present] = await Promise.all([
    tags.length === 0 ? new Map<string, string>() : orNothing(target.tagDigests(tags, signal), new Map()),
    digests.length === 0 ? new Set<string>() : orNothing(target.presentDigests(digests, signal), new Set()),
  ])
  const byTag: ReadonlyMap<string, string> = behind
  const byDigest: ReadonlySet<string> = present
  const held = ({ tag, digest }: { tag?: string | undefined; digest: string }) =>
    tag === undefined ? byDigest.has(digest) : byTag.get(tag) === digest
  const kept = missingOnly ? keptTags(resolved, byTag) : []
  const due = withoutKept(resolved, kept)
  return {
    tags: due.tags.filter((tag) => !held(tag)),
    before: byTag,
    artifacts: due.artifacts.filter((artifact) => !held(artifact)),
    kept,
    all:
      resolved.tags.length > 0 &&
      !resolved.tags.some(({ tag, digest }) => (tag === undefined ? byDigest.has(digest) : byTag.has(tag))),
  }
}

/**
 * Skips tags that were pushed to the target meanwhile: the run of that push decides.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html
 */
export async function withoutNewer<T extends Omit<Missing, 'kept' | 'before'>>(
  target: Pick<EcrRepository, 'pushed'>,
  missing: T,
  { than, but }: NonNullable<PairImage['keepNewer']>,
  signal?: AbortSignal,
): Promise<T> {
  const isNewer = async ({ tag }: ResolvedTag): Promise<boolean> => {
    const held = tag === undefined ? undefined : await target.pushed(tag, signal)
    return held !== undefined && held.at.getTime() >= Date.parse(than) && !but.includes(held.digest)
  }
  const newer = await Promise.all(missing.tags.map(isNewer))
  const tags = missing.tags.filter((_, index) => !newer[index])
  return { ...missing, tags, artifacts: newer.includes(true) && tags.length === 0 ? [] : missing.artifacts }
}

export function isInSync({ tags, artifacts }: Pick<Missing, 'tags' | 'artifacts'>): boolean {
  return tags.length === 0 && artifacts.length === 0
}

/** Looks up everything that has a tag at the source by the tag, and everything else by digest. */
function wanted({ tags, artifacts }: Resolved): { tags: string[]; digests: Digest[] } {
  const all = [...tags, ...artifacts]
  return {
    tags: [...new Set(all.flatMap(({ tag }) => tag ?? []))],
    digests: [...new Set(all.flatMap(({ tag, digest }) => (tag === undefined ? [digest as Digest] : [])))],
  }
}

/** A missing repository holds nothing; Sync creates it. */
function orNothing<T>(answer: Promise<T>, nothing: T): Promise<T> {
  return answer.catch((error: unknown) => {
    if (isRegistryError(error, 'notFound')) return nothing
    throw error
  })
}
