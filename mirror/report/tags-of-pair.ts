/** Lists the tags of a pair by outcome: held by the target, failed, and deferred. */
import type { FailedTag, PairReport, Resolved, SyncResult } from '../documents.ts'

export interface TagDetails {
  /** Resolve's document. */
  readonly resolved?: Resolved | undefined
  /** The result of the pair's last build. */
  readonly result?: SyncResult | undefined
}

type TagResult = SyncResult['tags'][number]

/** @param details - `holdsRest`: the target holds or, in a dry run, would hold all resolved tags */
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

/** An order omits what the target already held, so resolved tags that the result lacks are in place, too. */
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
