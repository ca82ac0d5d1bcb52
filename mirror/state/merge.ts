/**
 * Merges two records of a repository: the stored one, and what a run has found. The result does not depend on their
 * order, so concurrent runs leave the same record whichever reports first. Later observations win.
 */
import type { BackupState, StateRecord, TagState, TargetState } from './record.ts'

export function mergeRecords(one: StateRecord, other: StateRecord): StateRecord {
  return { repository: one.repository, targets: mergeKeys(one.targets, other.targets, mergeTargets) }
}

function mergeTargets(one: TargetState, other: TargetState): TargetState {
  return {
    tags: mergeKeys(one.tags, other.tags, mergeTags),
    ...(one.backups || other.backups
      ? { backups: mergeKeys(one.backups ?? {}, other.backups ?? {}, latestBackup) }
      : {}),
  }
}

function latestBackup(one: BackupState, other: BackupState): BackupState {
  return latest(one, other, ({ at }) => at)
}

function mergeKeys<T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  merge: (one: T, other: T) => T,
): Record<string, T> {
  const merged = new Map(Object.entries(one))
  for (const [key, value] of Object.entries(other)) {
    const known = merged.get(key)
    merged.set(key, known === undefined ? value : merge(known, value))
  }
  return Object.fromEntries(merged)
}

/**
 * The date of a digest is that of our last write, or else of its first observation. Only one earlier digest of the tag
 * is kept.
 */
function mergeTags(one: TagState, other: TagState): TagState {
  const last = latest(one, other, ({ verified, digest }) => `${verified} ${digest}`)
  const before = last === one ? other : one
  const { verified, image } = last
  const unwanted = [one.unwanted, other.unwanted]
    .filter((time) => time !== undefined)
    .filter((time) => time > verified)
    .sort()[0]
  const { unwanted: _, image: __, ...dates } = last.digest === before.digest ? dated(last, before) : last
  const was = dates.was ?? (dates.written || last.digest === before.digest ? undefined : before.digest)
  return {
    ...dates,
    verified,
    ...(was === undefined ? {} : { was }),
    ...(image === undefined ? {} : { image }),
    ...(unwanted === undefined ? {} : { unwanted }),
  }
}

function dated(one: TagState, other: TagState): TagState {
  if (one.written !== other.written) return one.written ? one : other
  const last = latest(one, other, ({ changed }) => changed)
  if (one.written) return last
  return last === one ? other : one
}

/** The text decides between two of the same time, so that their order does not. */
function latest<T>(one: T, other: T, timeOf: (one: T) => string): T {
  if (timeOf(one) !== timeOf(other)) return timeOf(one) > timeOf(other) ? one : other
  return textOf(one) >= textOf(other) ? one : other
}

/** JSON, independent of the order of keys. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null ? Object.fromEntries(Object.entries(one).sort()) : one,
  )
}
