/**
 * Which of several pushes of one tag stands, where more than one region may be pushed to. What is told of pushes comes
 * late, twice, in any order, or not at all, and our own copies are told like anybody's pushes: so the answer depends on
 * nothing but the set of all that was told, and whoever sees the same set decides the same.
 */
import type { Region } from '../list/config.ts'

/** A push as it was told. */
export interface Told {
  readonly region: Region
  readonly digest: string
  /** ISO 8601, in UTC, in seconds. */
  readonly time: string
}

export interface Settled {
  /** The push whose content every region is to have. */
  readonly stands: Told
  /** What stood before it, and may still be written by runs that have not noticed. */
  readonly superseded: readonly string[]
  /**
   * Whether people push to several regions, so that what stands may be overwritten in its own region by a copy of
   * what does not. Where they push to one alone, nobody else writes there.
   */
  readonly several: boolean
  /** Set where the latest push that was told is one of two that could not know of each other. */
  readonly conflict?: { readonly lost: Told; readonly won: Told }
  /** Whether the latest that was told brings nothing new: it is the copy of what stands, arrived. */
  readonly arrived: boolean
}

/**
 * How long copies of a push are under way as a rule: builds queue and wait for retries. Until then, two pushes to two
 * regions could not know of each other, and content that stood before is more likely a late copy of ours.
 */
export const SETTLING_MINUTES = 15
/** As many as could be written by runs that are still at work. */
const MAX_SUPERSEDED = 50

/** @param latest - the push that was told last, one of `told` */
export function settlePushes(told: readonly Told[], latest: Told): Settled {
  const pushes = distinct([...told, latest])
  const stood = [pushes[0] ?? latest]
  let conflict: Settled['conflict']
  for (const [index, push] of pushes.entries()) {
    const stands = stood.at(-1) ?? push
    if (push.digest === stands.digest || isCopy(push, stood, pushes.slice(0, index))) continue
    if (isConflict(stands, push, pushes) && [stands, push].some((one) => byTime(one, latest) === 0)) {
      conflict = { lost: stands, won: push }
    }
    stood.push(push)
  }
  const several = regionsOf(stood).size > 1
  const last = stood.at(-1) ?? latest
  // Which of two pushes in one second was the later, the region itself knows: a run ends where its tag has moved on.
  const stands = !several && last.time === latest.time && last.region === latest.region ? latest : last
  const superseded = new Set(pushes.map(({ digest }) => digest))
  superseded.delete(stands.digest)
  return {
    stands,
    superseded: [...superseded].slice(-MAX_SUPERSEDED),
    several,
    arrived: latest.digest === stands.digest && latest.region !== stands.region,
    ...(conflict === undefined ? {} : { conflict }),
  }
}

/**
 * Whether we wrote it, as far as can be told: content that was first pushed elsewhere, however long a build took. In
 * the region that it is from, people may roll back, if they push to that one alone. With several, what stands may have
 * been restored there, so that old content comes back once, when all has been quiet: else runs that have not noticed
 * could bring back what they know for ever, each undoing the other. So there is an end: every other change takes
 * content that is new, of which there is as much as people push.
 */
function isCopy(push: Told, stood: readonly Told[], before: readonly Told[]): boolean {
  const origin = before.find(({ digest }) => digest === push.digest)
  if (origin === undefined) return false
  if (origin.region !== push.region) return true
  if (regionsOf(stood).size === 1 && stood[0]?.region === push.region) return false
  const times = stood.filter(({ digest }) => digest === push.digest).length
  const previous = before.at(-1)
  return times > 1 || (previous !== undefined && isSettling(previous, push))
}

/** Whoever pushed where the other content had arrived already meant to replace it. */
function isConflict(lost: Told, won: Told, pushes: readonly Told[]): boolean {
  if (lost.region === won.region || !isSettling(lost, won)) return false
  return !pushes.some(
    ({ region, digest, time }) => region === won.region && digest === lost.digest && time <= won.time,
  )
}

function isSettling(before: Told, after: Told): boolean {
  return Date.parse(after.time) - Date.parse(before.time) < SETTLING_MINUTES * 60_000
}

function regionsOf(pushes: readonly Told[]): Set<Region> {
  return new Set(pushes.map(({ region }) => region))
}

/** Each once, in the order of time. */
function distinct(told: readonly Told[]): Told[] {
  const sorted = [...told].sort(byTime)
  return sorted.filter((push, index) => index === 0 || byTime(push, sorted[index - 1] ?? push) !== 0)
}

/** In one second, the digest decides: any order will do, as long as everybody has the same. */
function byTime(one: Told, other: Told): number {
  const [a = '', b = ''] = [one, other].map(({ time, digest, region }) => `${time} ${digest} ${region}`)
  if (a === b) return 0
  return a < b ? -1 : 1
}
