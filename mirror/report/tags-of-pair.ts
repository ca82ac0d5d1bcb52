/** Lists the tags of a pair by outcome: held by the target, failed, and deferred. */
import type { FailedTag, KeptTag, PairReport, Resolved, SyncResult } from '../documents.ts'

export interface TagDetails {
  /** Resolve's document. */
  readonly resolved?: Resolved | undefined
  /** The result of the pair's last build. */
  readonly result?: SyncResult | undefined
  /** Tags that the target keeps although the source has another digest. @default - none */
  readonly kept?: readonly KeptTag[] | undefined
}

type TagResult = SyncResult['tags'][number]

/** @param details - `holdsRest`: the target holds or, in a dry run, would hold all resolved tags */
export function tagsOfPair({
  holdsRest,
  resolved,
  result,
  kept = [],
}: TagDetails & { readonly holdsRest: boolean }): Pick<PairReport, 'tags' | 'failedTags' | 'deferredTags'> {
  const failed = result === undefined ? (resolved?.failed ?? []) : reasonsOf(result, 'failed')
  const deferred = result === undefined ? [] : reasonsOf(result, 'deferred')
  const held = new Map(kept.map(({ tag, digest }) => [tag, digest]))
  const tags = holdsRest ? (resolved?.tags ?? []).flatMap(keysOf) : arrived(resolved, result)
  return {
    tags: tags.map((one) => ({ ...one, digest: held.get(one.tag ?? '') ?? one.digest })),
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
