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
  const before = new Map(Object.entries(result?.before ?? {}))
  const held = new Map(kept.map(({ tag, digest }) => [tag, digest]))
  const tags = holdsRest ? (resolved?.tags ?? []).map(keysOf) : arrived(resolved, result)
  const written = new Map((result?.tags ?? []).filter(isThere).map((one) => [nameOf(one), one]))
  return {
    tags: tags
      .map((one) => movedFrom(keptInstead(one, held.get(one.tag ?? '')), before))
      .map((one) => writtenAs(one, written)),
    ...(failed.length === 0 ? {} : { failedTags: failed }),
    ...(deferred.length === 0 ? {} : { deferredTags: deferred }),
  }
}

/** The digest that the target keeps does not come from the present digest at the source. */
function keptInstead(one: PairReport['tags'][number], held: string | undefined): PairReport['tags'][number] {
  return held === undefined ? one : keysOf({ tag: one.tag, digest: held })
}

function movedFrom(
  one: PairReport['tags'][number],
  before: ReadonlyMap<string, string>,
): PairReport['tags'][number] {
  const was = before.get(one.tag ?? '')
  return was === undefined ? one : { ...one, was }
}

/** The source may have served another digest than it resolved. Tags that the order omits were in place before. */
function writtenAs(
  one: PairReport['tags'][number],
  written: ReadonlyMap<string | undefined, TagResult>,
): PairReport['tags'][number] {
  const { digest, backup } = written.get(nameOf(one)) ?? {}
  return digest === undefined ? one : { ...one, digest, written: true, ...(backup && { backup }) }
}

/** An order omits what the target already held, so resolved tags that the result lacks are in place, too. */
function arrived(resolved: Resolved | undefined, result: SyncResult | undefined): PairReport['tags'] {
  if (result === undefined) return []
  const ordered = new Set(result.tags.map(nameOf))
  const tags = resolved?.tags ?? []
  const origins = new Map(tags.map((tag) => [nameOf(tag), tag.origin]))
  const built = result.tags.filter(isThere).flatMap(({ tag, digest }) => {
    return digest === undefined ? [] : [{ tag, digest, origin: origins.get(nameOf({ tag, digest })) }]
  })
  return [...tags.filter((tag) => !ordered.has(nameOf(tag))), ...built].map(keysOf)
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

/** Drops other keys, and keys without a value. */
function keysOf({ tag, digest, origin }: PairReport['tags'][number]): PairReport['tags'][number] {
  return { ...(tag === undefined ? {} : { tag }), digest, ...(origin === undefined ? {} : { origin }) }
}
