/** Deletes due tags at one target. Each is looked up first: another digest than the one that we wrote is not ours. */
import type { Digest } from '../../registry/model/reference.ts'
import type { Repository, TagDeletion } from '../../registry/model/registry.ts'
import type { Unwanted } from './decide.ts'
import type { PrunedTag } from './documents.ts'

export interface Deletion {
  readonly tags: readonly Pick<PrunedTag, 'tag' | 'digest' | 'reason' | 'since' | 'status' | 'note'>[]
  /** Tags that the target no longer has with our digest: deleted, gone before, or replaced by another client. */
  readonly forgotten: ReadonlySet<string>
}

export interface DeletionTarget {
  tagDigests(tags: readonly string[], signal?: AbortSignal): Promise<ReadonlyMap<string, Digest>>
  readonly deleteTags: Repository['deleteTags']
}

/** @param dryRun - looks up the tags, and deletes none */
export async function deleteDue(
  target: DeletionTarget,
  due: readonly Unwanted[],
  { dryRun, signal }: { readonly dryRun: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Deletion> {
  if (due.length === 0) return { tags: [], forgotten: new Set() }
  const held = await target.tagDigests(
    due.map(({ tag }) => tag),
    signal,
  )
  const ours = due.filter(({ tag, digest }) => held.get(tag) === digest)
  const changed = due.filter(({ tag, digest }) => held.has(tag) && held.get(tag) !== digest)
  const absent = due.filter(({ tag }) => !held.has(tag))
  const ends = dryRun ? [] : await deleted(target, ours, signal)
  const refusals = new Map(ends.map(({ tag, refusal }) => [tag, refusal]))
  const tags = ours.map((one) => ({ ...plain(one), ...statusOf(dryRun, refusals.get(one.tag)) }))
  const gone = tags.filter(({ status }) => status === 'deleted')
  return {
    tags: [...tags, ...changed.map((one) => ({ ...plain(one), status: 'changed' as const }))],
    forgotten: new Set([...gone, ...changed, ...absent].map(({ tag }) => tag)),
  }
}

async function deleted(
  target: DeletionTarget,
  tags: readonly Unwanted[],
  signal: AbortSignal | undefined,
): Promise<readonly TagDeletion[]> {
  if (tags.length === 0) return []
  return target.deleteTags(
    tags.map(({ tag }) => tag),
    signal,
  )
}

function statusOf(dryRun: boolean, refusal: string | undefined): Pick<PrunedTag, 'status' | 'note'> {
  if (dryRun) return { status: 'wouldDelete' }
  return refusal === undefined ? { status: 'deleted' } : { status: 'refused', note: refusal }
}

function plain({ tag, digest, reason, since }: Unwanted) {
  return { tag, digest, reason, since }
}
