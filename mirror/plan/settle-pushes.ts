/**
 * Decides which push of a tag wins if people push to several regions. Events arrive late, twice, in any order, or not
 * at all, and our own copies cause events like any push. So the decision depends only on the set of known pushes:
 * every run with the same set decides the same.
 */
import type { Region } from '../list/config.ts'

/** A push as its event reported it. */
export interface StoredPush {
  readonly region: Region
  readonly digest: string
  /** ISO 8601, in UTC, in seconds. */
  readonly time: string
}

export interface Settled {
  /** The push whose content every region is to have. */
  readonly winner: StoredPush
  /** Digests of the other pushes, which runs with outdated knowledge may still write. */
  readonly superseded: readonly string[]
  /**
   * Whether people push to several regions, so that a copy of a losing push may overwrite the winner in its own
   * region. Otherwise, only people write to the region of the push.
   */
  readonly several: boolean
  /** Set if the latest push is one of two concurrent ones. */
  readonly conflict?: { readonly lost: StoredPush; readonly won: StoredPush }
  /** Whether the latest push is only the copy of the winner, arriving in another region. */
  readonly arrived: boolean
  /** How often the latest content has come back to its region, after others, within the settling time. */
  readonly returns: number
}

/**
 * How long copies of a push usually take, as builds queue and retry. Within this time, pushes to two regions count as
 * concurrent, and content that won before is more likely a late copy of ours than a rollback.
 */
export const SETTLING_MINUTES = 15
/** Bounds the digests that active runs could still write. */
const MAX_SUPERSEDED = 50

/**
 * @param reported - all recorded pushes of the tag, in any order
 * @param latest - the push whose event started this run
 */
export function settlePushes(reported: readonly StoredPush[], latest: StoredPush): Settled {
  const pushes = distinct([...reported, latest])
  const winners = [pushes[0] ?? latest]
  let conflict: Settled['conflict']
  for (const [index, push] of pushes.entries()) {
    const winner = winners.at(-1) ?? push
    if (push.digest === winner.digest || isCopy(push, winners, pushes.slice(0, index))) continue
    if (isConflict(winner, push, pushes) && [winner, push].some((one) => byTime(one, latest) === 0)) {
      conflict = { lost: winner, won: push }
    }
    winners.push(push)
  }
  const several = regionsOf(winners).size > 1
  const last = winners.at(-1) ?? latest
  // The region itself knows the order of two pushes within one second: a run ends if its tag has moved.
  const winner = !several && last.time === latest.time && last.region === latest.region ? latest : last
  const superseded = new Set(pushes.map(({ digest }) => digest))
  superseded.delete(winner.digest)
  return {
    winner,
    superseded: [...superseded].slice(-MAX_SUPERSEDED),
    several,
    arrived: latest.digest === winner.digest && latest.region !== winner.region,
    returns: returnsOf(pushes, latest),
    ...(conflict === undefined ? {} : { conflict }),
  }
}

/**
 * Whether the push is probably one of our copies: its content was first pushed to another region. People may roll back
 * in the region where the content comes from, if they push to that region alone.
 * With several regions, a run may also have restored a winner there. So old content wins again only once, and only
 * after a quiet period. Otherwise, runs with outdated knowledge could undo each other forever; this way, every other
 * change needs new content, so the sequence ends.
 */
function isCopy(push: StoredPush, winners: readonly StoredPush[], before: readonly StoredPush[]): boolean {
  const origin = before.find(({ digest }) => digest === push.digest)
  if (origin === undefined) return false
  if (origin.region !== push.region) return true
  if (regionsOf(winners).size === 1 && winners[0]?.region === push.region) return false
  const times = winners.filter(({ digest }) => digest === push.digest).length
  const previous = before.at(-1)
  return times > 1 || (previous !== undefined && isSettling(previous, push))
}

/** A push to a region that already had the other content meant to replace it, so it is no conflict. */
function isConflict(lost: StoredPush, won: StoredPush, pushes: readonly StoredPush[]): boolean {
  if (lost.region === won.region || !isSettling(lost, won)) return false
  return !pushes.some(
    ({ region, digest, time }) => region === won.region && digest === lost.digest && time <= won.time,
  )
}

function returnsOf(pushes: readonly StoredPush[], latest: StoredPush): number {
  const recent = pushes.filter(
    (push) => push.region === latest.region && byTime(push, latest) <= 0 && isSettling(push, latest),
  )
  const starts = recent.filter(
    ({ digest }, index) => digest === latest.digest && recent[index - 1]?.digest !== digest,
  )
  return starts.length - 1
}

function isSettling(before: StoredPush, after: StoredPush): boolean {
  return Date.parse(after.time) - Date.parse(before.time) < SETTLING_MINUTES * 60_000
}

function regionsOf(pushes: readonly StoredPush[]): Set<Region> {
  return new Set(pushes.map(({ region }) => region))
}

/** Removes duplicates, and sorts by time. */
function distinct(pushes: readonly StoredPush[]): StoredPush[] {
  const sorted = [...pushes].sort(byTime)
  return sorted.filter((push, index) => index === 0 || byTime(push, sorted[index - 1] ?? push) !== 0)
}

/** Within one second the digest decides: any order will do, if it is the same for every run. */
function byTime(one: StoredPush, other: StoredPush): number {
  const [a = '', b = ''] = [one, other].map(({ time, digest, region }) => `${time} ${digest} ${region}`)
  if (a === b) return 0
  return a < b ? -1 : 1
}
