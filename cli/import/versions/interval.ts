/**
 * Intervals of versions. Of one core (`1.2.3`), all tags with a suffix (`1.2.3-rc.1`) come before the tag without one,
 * as semantic versioning orders prereleases.
 */

/** Where an interval starts or ends: before the suffixed tags of a core, before its release, or after it. */
export interface Cut {
  readonly numbers: readonly number[]
  readonly at: 'suffixed' | 'release' | 'after'
}

/** From `low`, included, to `high`, excluded. */
export interface Interval {
  readonly low?: Cut | undefined
  readonly high?: Cut | undefined
  /** Whether tags with a suffix are left out. */
  readonly isReleaseOnly?: boolean
}

const ORDER: readonly Cut['at'][] = ['suffixed', 'release', 'after']

export function compareNumbers(one: readonly number[], other: readonly number[]): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function compareCuts(one: Cut, other: Cut): number {
  return compareNumbers(one.numbers, other.numbers) || ORDER.indexOf(one.at) - ORDER.indexOf(other.at)
}

function isEmpty({ low, high }: Interval): boolean {
  return low !== undefined && high !== undefined && compareCuts(low, high) >= 0
}

function intersect(one: Interval, other: Interval): Interval {
  const lows = [one.low, other.low].filter((cut) => cut !== undefined).sort(compareCuts)
  const highs = [one.high, other.high].filter((cut) => cut !== undefined).sort(compareCuts)
  return { low: lows.at(-1), high: highs[0] }
}

/** All versions that are in both. */
export function both(some: readonly Interval[], others: readonly Interval[]): Interval[] {
  return some.flatMap((one) => others.map((other) => intersect(one, other))).filter((one) => !isEmpty(one))
}

/** All versions that are in none. */
export function outside(intervals: readonly Interval[]): Interval[] {
  return intervals.reduce<Interval[]>(
    (rest, { low, high }) => both(rest, [...(low ? [{ high: low }] : []), ...(high ? [{ low: high }] : [])]),
    [{}],
  )
}
