/**
 * Decides which tags of one repository at one target may be deleted. Pure, so that a model test can run thousands of
 * histories (test/mirror/prune). Every doubt keeps a tag:
 *
 * - Only tags of our record that we wrote, for an image of the deployed list.
 * - Only if every entry that writes to this repository is resolved, and none wants the tag.
 * - Only for a reason that the entry of the tag allows, and only after its days.
 * - Never more than a share at once.
 *
 * Whether the target still has the digest that we wrote is checked right before the deletion (delete.ts).
 */

import { parseTagPattern } from '../list/tags/tag-pattern.ts'
import type { PruneRules } from '../list/time/prune.ts'
import type { TagState } from '../state/record.ts'
import type { Reason } from './documents.ts'

/** What is known of an entry in this run. */
export interface EntryFacts {
  readonly image: string
  readonly rules?: PruneRules | undefined
  readonly expired?: 'keep' | 'prune' | undefined
  /** Tags that it selects, including those that failed. Undefined if that is not known for certain. */
  readonly selected?: ReadonlySet<string> | undefined
  /** It selects by rules, so that only its source knows what it wants. */
  readonly isOpen: boolean
  /** Tags of the record that it does not select, with the reason. Others are unknown. */
  readonly unwanted?: ReadonlyMap<string, 'gone' | 'unselected'> | undefined
}

export interface Unwanted {
  readonly tag: string
  readonly digest: string
  readonly reason: Reason
  /** When a run first found it unwanted. */
  readonly since: string
  /** When it may be deleted. */
  readonly due: string
}

export interface Decision {
  /** Tags to delete, if the target still has their digests. */
  readonly due: readonly Unwanted[]
  /** Tags whose days are not over. */
  readonly waits: readonly Unwanted[]
  /** Tags that are due, but more than may go at once. */
  readonly held: readonly Unwanted[]
  /** How many may go at once. */
  readonly limit: number
  /** Whether it is known what the list wants; if not, nothing is unwanted, and nothing wanted again. */
  readonly certain: boolean
}

const UNCERTAIN: Decision = { due: [], waits: [], held: [], limit: 0, certain: false }
const DAY_MS = 86_400_000
/** A percentage of few tags would be less than one. */
export const ALWAYS_ALLOWED = 5
const DEFAULTS = { days: 7, share: 20 }

/** @param tags - our record of the repository at the target */
export function decide(
  tags: Readonly<Record<string, TagState>>,
  entries: readonly EntryFacts[],
  now: Date,
): Decision {
  const active = entries.filter(({ expired }) => expired === undefined)
  if (active.some(({ selected }) => selected === undefined)) return UNCERTAIN
  const wanted = new Set(active.flatMap(({ selected = [] }) => [...selected]))
  const unwanted = Object.entries(tags).flatMap(([tag, state]): Unwanted[] => {
    if (wanted.has(tag) || active.some(({ isOpen, unwanted }) => isOpen && !unwanted?.has(tag))) return []
    const found = permissionFor(tag, state, entries)
    if (found === undefined) return []
    return [{ tag, digest: state.digest, reason: found.reason, ...datesOf(state, found, now) }]
  })
  const [due, waits] = [unwanted.filter((one) => isDue(one, now)), unwanted.filter((one) => !isDue(one, now))]
  const limit = limitOf(tags, entries)
  const [go, held] = due.length > limit ? [[], due] : [due, []]
  return { due: go, waits, held, limit, certain: true }
}

/** Why a tag may be deleted, and after how many days. Undefined if it may not. */
function permissionFor(
  tag: string,
  { written, image }: TagState,
  entries: readonly EntryFacts[],
): { readonly reason: Reason; readonly days: number } | undefined {
  if (written === undefined || image === undefined) return undefined
  if (entries.some(({ rules }) => keeps(rules, tag))) return undefined
  const owner = entries.find((entry) => entry.image === image)
  if (owner === undefined) return permissionOfRemoved(entries)
  const { rules, expired, unwanted } = owner
  const days = rules?.days ?? DEFAULTS.days
  if (expired !== undefined) return expired === 'prune' ? { reason: 'expired', days } : undefined
  const reason = unwanted?.get(tag)
  return reason !== undefined && rules?.[reason] ? { reason, days } : undefined
}

function permissionOfRemoved(entries: readonly EntryFacts[]) {
  const active = entries.filter(({ expired }) => expired === undefined)
  if (active.length === 0 || !active.every(({ rules }) => rules?.removed)) return undefined
  return {
    reason: 'removed' as const,
    days: Math.max(...active.map(({ rules }) => rules?.days ?? DEFAULTS.days)),
  }
}

function keeps(rules: PruneRules | undefined, tag: string): boolean {
  return (rules?.keep ?? []).some((pattern) => parseTagPattern(pattern).matches(tag))
}

function datesOf(
  { unwanted, verified }: TagState,
  { days }: { readonly days: number },
  now: Date,
): Pick<Unwanted, 'since' | 'due'> {
  // A tag that was wanted since then starts anew.
  const since = unwanted !== undefined && unwanted > verified ? unwanted : now.toISOString()
  return { since, due: new Date(Date.parse(since) + days * DAY_MS).toISOString() }
}

function isDue({ due }: Unwanted, now: Date): boolean {
  return Date.parse(due) <= now.getTime()
}

function limitOf(tags: Readonly<Record<string, TagState>>, entries: readonly EntryFacts[]): number {
  const ours = Object.values(tags).filter(({ written }) => written).length
  const share = Math.min(...entries.map(({ rules }) => rules?.share ?? DEFAULTS.share))
  return Math.max(ALWAYS_ALLOWED, Math.floor((ours * share) / 100))
}
