/** Decides what to store of a repository's record: a bounded number of tags, and nothing if only times have changed. */
import { mergeRecords, textOf } from './merge.ts'
import { REFRESH_HOURS, type StateRecord, type TargetState } from './record.ts'

/** Tags of all targets of a repository: about 3.5 MB. The least recently verified ones are dropped first. */
export const MAX_TAGS = 20_000
/** Backups of one target. */
const MAX_BACKUPS = 2_000

/** @returns the record to store; undefined if the stored one says the same */
export function nextRecord(stored: StateRecord | undefined, found: StateRecord): StateRecord | undefined {
  if (stored === undefined) return bounded(found)
  const next = bounded(mergeRecords(stored, found))
  return textOf(coarse(next)) === textOf(coarse(stored)) ? undefined : next
}

function bounded({ repository, targets }: StateRecord): StateRecord {
  const maxTags = Math.floor(MAX_TAGS / Math.max(Object.keys(targets).length, 1))
  return {
    repository,
    targets: mapValues(targets, ({ tags, backups }) => ({
      ...(backups && { backups: newest(backups, MAX_BACKUPS, ({ at }) => at) }),
      tags: newest(tags, maxTags, ({ verified }) => verified),
    })),
  }
}

function newest<T>(
  all: Readonly<Record<string, T>>,
  max: number,
  timeOf: (one: T) => string,
): Record<string, T> {
  const entries = Object.entries(all)
  if (entries.length <= max) return all
  const order = ([nameA, a]: [string, T], [nameB, b]: [string, T]) =>
    compare(timeOf(b), timeOf(a)) || compare(nameA, nameB)
  return Object.fromEntries(entries.sort(order).slice(0, max))
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** The record with rounded times of observation. */
function coarse({ repository, targets }: StateRecord) {
  return {
    repository,
    targets: mapValues(targets, ({ tags, backups }: TargetState) => ({
      backups,
      tags: mapValues(tags, ({ verified, ...tag }) => ({ ...tag, verified: rounded(verified) })),
    })),
  }
}

function rounded(time: string): number {
  return Math.floor(Date.parse(time) / (REFRESH_HOURS * 3_600_000))
}

function mapValues<T, U>(all: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(all).map(([key, value]) => [key, map(value)]))
}
