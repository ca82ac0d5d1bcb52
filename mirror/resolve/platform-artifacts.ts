/**
 * Artifacts of the platforms of an image. Where these are few, every run asks about them; where they are many, once a
 * day, and what was found out counts until then.
 */
import type { Artifact } from '../documents.ts'
import type { Search } from './artifact-search.ts'
import type { Remembered } from './remembered.ts'
import type { Untold } from './untold.ts'

/** Up to so many are asked about on every run. */
const FEW = 4
/** At most so many in one run, so that it has time for them; the others are asked about in the next ones. */
const MOST_AT_ONCE = 500
/** Less than a day, so that a daily schedule asks each time. */
const ASK_AGAIN_MS = 20 * 3_600_000

export type PlatformRecord = Remembered['platforms'][string]

export interface PlatformOptions {
  readonly search: Search
  readonly untold: Untold
  /** What earlier runs found out. @default - there are none: all platforms are asked about */
  readonly remembered?: Remembered['platforms'] | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface OfPlatforms {
  /** By the digest of the platform. */
  readonly artifacts: ReadonlyMap<string, readonly Artifact[]>
  /** For the next run. */
  readonly remembered: Remembered['platforms']
  /** Every platform was asked about. */
  readonly all: boolean
}

export async function artifactsOfPlatforms(
  platforms: readonly string[],
  { search, untold, remembered, now }: PlatformOptions,
): Promise<OfPlatforms> {
  const asked = remembered === undefined ? platforms : chosen(platforms, { remembered, untold, now })
  const found = Map.groupBy(await search.about(asked), ({ subject }) => subject)
  const isAsked = new Set(asked)
  const artifacts = new Map<string, readonly Artifact[]>()
  const next: Remembered['platforms'] = {}
  for (const digest of [...platforms].sort()) {
    const before = remembered?.[digest]
    const told = isAsked.has(digest) ? closureOf(digest, found) : undefined
    const isTold = told !== undefined && ![digest, ...told.map((one) => one.digest)].some(untold.has)
    // What could not be asked about again is still what it was.
    artifacts.set(digest, isTold ? told : [...(before?.artifacts ?? []), ...(told ?? [])])
    const record = isTold ? freshened(before, told, now) : before
    if (record !== undefined) next[digest] = record
  }
  return { artifacts, remembered: next, all: asked.length === platforms.length }
}

/** Those that were never asked about, then those that were asked about longest ago. */
function chosen(
  platforms: readonly string[],
  {
    remembered,
    untold,
    now,
  }: Pick<PlatformOptions, 'untold' | 'now'> & { remembered: Remembered['platforms'] },
): readonly string[] {
  if (platforms.length <= FEW) return platforms
  const askedAt = (digest: string): number =>
    Date.parse(remembered[digest]?.asked ?? new Date(0).toISOString())
  const due = platforms
    .filter((digest) => askedAt(digest) <= now - ASK_AGAIN_MS)
    .sort((one, other) => askedAt(one) - askedAt(other))
  const left = due.slice(MOST_AT_ONCE).filter((digest) => remembered[digest] === undefined)
  for (const digest of left)
    untold.about(digest, `a run asks about ${MOST_AT_ONCE} platforms, the next one goes on`)
  return due.slice(0, MOST_AT_ONCE)
}

/** As it was, where nothing is new: the record is written only when it says something else. */
function freshened(before: PlatformRecord | undefined, artifacts: Artifact[], now: number): PlatformRecord {
  const isRecent = before !== undefined && Date.parse(before.asked) > now - ASK_AGAIN_MS
  if (isRecent && idsOf(before.artifacts) === idsOf(artifacts)) return before
  return { asked: new Date(now).toISOString(), artifacts }
}

function idsOf(artifacts: readonly Artifact[]): string {
  return artifacts
    .map(({ digest, subject, tag = '' }) => `${digest} ${subject} ${tag}`)
    .sort()
    .join()
}

/** What is about the digest, what is about that, and so on. */
function closureOf(digest: string, bySubject: ReadonlyMap<string, readonly Artifact[]>): Artifact[] {
  const subjects = new Set([digest])
  // A set grows while it is walked.
  for (const subject of subjects) for (const one of bySubject.get(subject) ?? []) subjects.add(one.digest)
  return [...subjects].flatMap((subject) => bySubject.get(subject) ?? [])
}
