/** Plans what a run of the whole list prunes: the repositories at targets, each with all entries that write there. */
import type { ImageItem, Select } from '../contract.ts'
import { isOpen } from '../list/tags/is-open.ts'
import { backupOf } from '../list/time/backup.ts'
import { isExpired } from '../list/time/expires.ts'
import { pruneRulesOf } from '../list/time/prune.ts'
import type { IdentifiedEntry } from '../plan/plan.ts'
import { repositoryAt, type Target } from '../target.ts'
import type { PrunedEntry, PrunedPlace } from './documents.ts'

/** @param items - those of the run, which may be only a part of the list */
export function prunedPlaces(
  entries: readonly IdentifiedEntry[],
  items: readonly ImageItem[],
  now: Date,
): PrunedPlace[] {
  const inRun = new Set(
    items.flatMap(({ id, waves }) => waves.flatMap(({ targets }) => targets.map((to) => `${id} ${to.id}`))),
  )
  const places = new Map<string, { repository: string; target: Target; entries: PrunedEntry[] }>()
  for (const entry of entries) {
    for (const target of entry.targets) {
      const repository = repositoryAt(target, entry.repository)
      const key = `${target.id} ${repository}`
      const place = places.get(key) ?? { repository, target, entries: [] }
      place.entries.push(prunedEntry(entry, inRun.has(`${entry.id} ${target.id}`), now))
      places.set(key, place)
    }
  }
  const pruned = [...places.values()].filter((place) => place.entries.some(mayPrune))
  const alike = Map.groupBy(pruned, (place) => JSON.stringify([place.repository, place.entries]))
  return [...alike.values()].flatMap((group): PrunedPlace[] => {
    const [first] = group
    if (first === undefined) return []
    return [
      { repository: first.repository, targets: group.map(({ target }) => target), entries: first.entries },
    ]
  })
}

function mayPrune({ rules, expired, backups }: PrunedEntry): boolean {
  if (backups !== undefined) return true
  return expired === undefined ? rules !== undefined : expired === 'prune'
}

function prunedEntry(
  { image, id, select, settings, expires }: IdentifiedEntry,
  isInRun: boolean,
  now: Date,
): PrunedEntry {
  const rules = pruneRulesOf(settings.prune)
  const wanted = tagsOf(select)
  const keep = backupOf(settings.backup)?.keep
  const expired = isExpired(expires, now) ? (expires?.then ?? 'keep') : undefined
  return {
    image,
    ...(isInRun ? { id } : {}),
    ...(rules === undefined ? {} : { rules }),
    ...(expired === undefined ? {} : { expired }),
    ...(wanted === undefined ? {} : { wanted }),
    ...(keep === undefined ? {} : { backups: keep }),
  }
}

/** The tags of an entry that only names them. */
function tagsOf({ include, names, digest, ...select }: Select): string[] | undefined {
  if (digest === undefined && isOpen({ include, ...select })) return undefined
  const named = (names ?? []).flatMap((name) => name ?? [])
  // A tag of the source that is mirrored under other names counts too: it costs nothing to keep it.
  return [...new Set([...include, ...named])]
}
