/** What became of each tag of a pair: what the target holds, what failed, and what was deferred. */
import type { FailedTag, PairReport, Resolved, SyncResult } from '../documents.ts'

export interface TagDetails {
  /** What Resolve wrote. */
  readonly resolved?: Resolved | undefined
  /** What the pair's last build wrote. */
  readonly result?: SyncResult | undefined
}

type TagResult = SyncResult['tags'][number]

/** @param details - `holdsRest`: the target holds, or in a dry run would hold, all that was resolved */
export function tagsOfPair({
  holdsRest,
  resolved,
  result,
}: TagDetails & { readonly holdsRest: boolean }): Pick<PairReport, 'tags' | 'failedTags' | 'deferredTags'> {
  const failed = result === undefined ? (resolved?.failed ?? []) : reasonsOf(result, 'failed')
  const deferred = result === undefined ? [] : reasonsOf(result, 'deferred')
  return {
    tags: holdsRest ? (resolved?.tags ?? []).flatMap(keysOf) : arrived(resolved, result),
    ...(failed.length === 0 ? {} : { failedTags: failed }),
    ...(deferred.length === 0 ? {} : { deferredTags: deferred }),
  }
}

/** An order leaves out what the target held already: so what was resolved and is not in the result is there, too. */
function arrived(resolved: Resolved | undefined, result: SyncResult | undefined): PairReport['tags'] {
  if (result === undefined) return []
  const ordered = new Set(result.tags.map(nameOf))
  const held = resolved?.tags.filter((tag) => !ordered.has(nameOf(tag))) ?? []
  return [...held, ...result.tags.filter(isThere)].flatMap(keysOf)
}

function isThere({ status }: TagResult): boolean {
  return status === 'copied' || status === 'present'
}

function reasonsOf({ tags }: SyncResult, status: TagResult['status']): FailedTag[] {
  return tags.flatMap(({ tag, digest, error, ...one }) =>
    one.status === status && error !== undefined
      ? [{ ...(tag === undefined ? {} : { tag }), ...(digest === undefined ? {} : { digest }), ...error }]
      : [],
  )
}

function nameOf({ tag, digest }: Pick<FailedTag, 'tag' | 'digest'>): string | undefined {
  return tag ?? digest
}

function keysOf({ tag, digest }: Pick<FailedTag, 'tag' | 'digest'>): PairReport['tags'] {
  return digest === undefined ? [] : [{ ...(tag === undefined ? {} : { tag }), digest }]
}
