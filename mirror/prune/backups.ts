/** Decides which backups of overwritten tags are more than the list keeps. Only those in our record, by their digest. */
import type { TargetState } from '../state/record.ts'
import type { Unwanted } from './decide.ts'
import type { PrunedEntry } from './documents.ts'

/** The oldest backups of each tag, beyond the number that its entry keeps. */
export function surplusBackups(
  { backups = {}, tags }: Pick<TargetState, 'backups' | 'tags'>,
  entries: readonly Pick<PrunedEntry, 'image' | 'backups'>[],
): Unwanted[] {
  const keeps = new Map(entries.map(({ image, backups: keep }) => [image, keep]))
  // A tag that the list mirrors is kept, even if it has the name of a backup.
  const own = Object.entries(backups).filter(
    ([name, { image = '' }]) => tags[name] === undefined && keeps.get(image),
  )
  const byTag = Map.groupBy(own, ([, { tag, image }]) => JSON.stringify([tag, image]))
  return [...byTag.values()].flatMap((group) => {
    const keep = keeps.get(group[0]?.[1].image ?? '') ?? group.length
    const newestFirst = group.sort(([, one], [, other]) => (one.at < other.at ? 1 : -1))
    return newestFirst
      .slice(keep)
      .map(([tag, { digest, at }]): Unwanted => ({ tag, digest, reason: 'backup', since: at, due: at }))
  })
}
