/** Decides what an alert reports: new failures at once, persisting ones from time to time, recoveries once. */
import type { Run } from '../contract.ts'
import { repeatMs } from '../report/alert/settings.ts'
import type { Change } from './merge.ts'
import { keyOf } from './seen.ts'

/** A place that failed in this run, or recovered. */
export interface Item {
  readonly image: string
  readonly target: string
  readonly repository: string
  /** When a run first found it not in sync. */
  readonly since: string
  /** When a run last found it in sync. @default - never */
  readonly lastGood?: string | undefined
}

export interface News {
  /** `digest` if only failures that were reported before are due again. Undefined if there is nothing to tell. */
  readonly kind: 'failed' | 'digest' | 'recovered' | undefined
  readonly failed: readonly Item[]
  /** Failures that were reported before. */
  readonly persisting: readonly Item[]
  readonly recovered: readonly Item[]
}

type RunOfNews = Pick<Run, 'name' | 'list' | 'repeat'>

/** Decides, and marks the failures that the alert reports. */
export function newsOf(changes: readonly Change[], run: RunOfNews, now: Date): News {
  const failing = changes.filter(({ after }) => after.state === 'failed')
  const fresh = failing.filter((one) => isNew(one, run))
  const known = failing.filter((one) => !isNew(one, run))
  const recovered = changes.filter(({ before, after }) => before?.told && after.state === 'inSync')
  const due = known.some(({ after }) => elapsed(after.told?.at, now) >= repeatMs(run.repeat))
  // Repeats all of them in one message; otherwise each would be repeated at a time of its own.
  for (const one of due ? failing : fresh) mark(one, run, now)
  return {
    kind: fresh.length > 0 ? 'failed' : due ? 'digest' : recovered.length > 0 ? 'recovered' : undefined,
    failed: fresh.map(itemOf),
    persisting: known.map(itemOf),
    recovered: recovered.map(({ image, before, after }) => itemOf({ image, after: before ?? after })),
  }
}

/** Everything that failed counts as new, if the state of the mirror is unknown. */
export function allNew(failed: readonly Omit<Item, 'since'>[], now: Date): News {
  const since = now.toISOString()
  const kind = failed.length > 0 ? ('failed' as const) : undefined
  return { kind, failed: failed.map((one) => ({ ...one, since })), persisting: [], recovered: [] }
}

/** Identifies a place of an image in all items. */
export function itemKey(item: Pick<Item, 'image' | 'target' | 'repository'>): string {
  return `${item.image} ${keyOf(item)}`
}

/**
 * A failure with another cause than the one reported is new, and so is one whose report may have been lost. Pushes and
 * lists of executions are not repeated by a schedule: each of their failures is news.
 */
function isNew({ after: { told }, what }: Change, { name, list }: RunOfNews): boolean {
  return list !== undefined || told === undefined || told.what !== what || told.run === name
}

function mark({ after, what = '' }: Change, { name, list }: RunOfNews, now: Date): void {
  if (list !== undefined) return
  after.told = { at: now.toISOString(), run: name, what }
}

function elapsed(at: string | undefined, now: Date): number {
  return at === undefined ? Number.POSITIVE_INFINITY : now.getTime() - Date.parse(at)
}

function itemOf({ image, after }: Pick<Change, 'image' | 'after'>): Item {
  const { target, repository, since = '', verified } = after
  return { image, target, repository, since, ...(verified === undefined ? {} : { lastGood: verified }) }
}
