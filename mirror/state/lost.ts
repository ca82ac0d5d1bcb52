/** Finds tags that targets have lost: a run had to write a digest again that the record says was there. */
import { plural } from '../units.ts'
import type { StateRecord } from './record.ts'

export interface LostTag {
  readonly repository: string
  readonly tag: string
  readonly target: string
}

/**
 * @param stored - the record before the run
 * @param found - what the run has found and written
 */
export function lostTags(stored: StateRecord | undefined, { repository, targets }: StateRecord): LostTag[] {
  return Object.entries(targets).flatMap(([target, { tags }]) =>
    Object.entries(tags).flatMap(([tag, { digest, written, was, verified }]): LostTag[] => {
      const known = stored?.targets[target]?.tags[tag]
      // `was` is the digest that another client moved the tag to. A second try of Report finds its own record.
      const isLost = written && was === undefined && known?.digest === digest && known.verified < verified
      return isLost ? [{ repository, tag, target }] : []
    }),
  )
}

const MAX_NAMES = 5

/** Notices of a run's report: one, or none. */
export function lostNotices(lost: readonly LostTag[]): string[] {
  if (lost.length === 0) return []
  const names = lost
    .slice(0, MAX_NAMES)
    .map(({ repository, tag, target }) => `${repository}:${tag} in ${target}`)
  const rest = lost.length - names.length
  const more = rest > 0 ? `, and ${rest} more` : ''
  return [
    `${plural(lost.length, 'tag')} had disappeared from targets and had to be copied again: ${names.join(', ')}${more}. Look for what deletes tags there, such as a lifecycle policy: each run copies them again.`,
  ]
}
