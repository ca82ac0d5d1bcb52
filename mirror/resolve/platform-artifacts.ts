/**
 * Collects artifacts of an image's platforms: in every run for a few platforms, once a day for many. In between,
 * cached results count.
 */
import type { Artifact } from '../documents.ts'
import type { Search } from './artifact-search.ts'
import type { ListingGaps } from './listing-gaps.ts'
import type { Remembered } from './memory/remembered.ts'

/** Up to this many platforms are queried in every run. */
const FEW = 4
/** Maximum per run, which bounds its time; the next runs query the others. */
const MOST_AT_ONCE = 500
/** Less than a day, so that a daily schedule queries every time. */
const ASK_AGAIN_MS = 20 * 3_600_000

export type PlatformRecord = Remembered['platforms'][string]

export interface PlatformOptions {
  readonly search: Search
  readonly gaps: ListingGaps
  /** Results of earlier runs. @default - none: queries all platforms */
  readonly remembered?: Remembered['platforms'] | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  /** @default MOST_AT_ONCE */
  readonly atOnce?: number | undefined
}

export interface OfPlatforms {
  /** By the digest of the platform. */
  readonly artifacts: ReadonlyMap<string, readonly Artifact[]>
  /** For the next run. */
  readonly remembered: Remembered['platforms']
  /** Whether every platform was queried. */
  readonly all: boolean
}

export async function artifactsOfPlatforms(
  platforms: readonly string[],
  { search, gaps, remembered, now, atOnce = MOST_AT_ONCE }: PlatformOptions,
): Promise<OfPlatforms> {
  const asked = remembered === undefined ? platforms : chosen(platforms, { remembered, gaps, now, atOnce })
  const found = Map.groupBy(await search.about(asked), ({ subject }) => subject)
  const isAsked = new Set(asked)
  const artifacts = new Map<string, readonly Artifact[]>()
  const next: Remembered['platforms'] = {}
  for (const digest of platforms) {
    const before = remembered?.[digest]
    const listed = isAsked.has(digest) ? closureOf(digest, found) : undefined
    const isComplete = listed !== undefined && ![digest, ...listed.map((one) => one.digest)].some(gaps.has)
    // Platforms that could not be queried keep their earlier artifacts.
    artifacts.set(digest, isComplete ? listed : [...(before?.artifacts ?? []), ...(listed ?? [])])
    const record = isComplete ? freshened(before, listed, now) : before
    if (record !== undefined) next[digest] = record
  }
  return { artifacts, remembered: next, all: asked.length === platforms.length }
}

/** Selects platforms that were never queried, then those queried longest ago. */
function chosen(
  platforms: readonly string[],
  {
    remembered,
    gaps,
    now,
    atOnce,
  }: Pick<PlatformOptions, 'gaps' | 'now'> & { remembered: Remembered['platforms']; atOnce: number },
): readonly string[] {
  if (platforms.length <= FEW) return platforms
  const askedAt = (digest: string): number =>
    Date.parse(remembered[digest]?.asked ?? new Date(0).toISOString())
  const due = platforms
    .filter((digest) => askedAt(digest) <= now - ASK_AGAIN_MS)
    .sort((one, other) => askedAt(one) - askedAt(other))
  const left = due.slice(atOnce).filter((digest) => remembered[digest] === undefined)
  for (const digest of left)
    gaps.add(digest, `one run queries at most ${atOnce} platforms; the next run continues`)
  return due.slice(0, atOnce)
}

/** Returns the old record if nothing has changed, so that it is not written again. */
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

/** Collects the artifacts of the digest, their artifacts, and so on. */
function closureOf(digest: string, bySubject: ReadonlyMap<string, readonly Artifact[]>): Artifact[] {
  const subjects = new Set([digest])
  // The loop also visits elements that are added while it runs.
  for (const subject of subjects) for (const one of bySubject.get(subject) ?? []) subjects.add(one.digest)
  return [...subjects].flatMap((subject) => bySubject.get(subject) ?? [])
}
