/**
 * Tracks the last verification of each pair of a schedule: found in sync, or synced. The record passes from run to run
 * and stays small, because it names only pairs that the last run did not verify.
 */
import * as z from 'zod'

/** `freshness/<schedule>.json` */
export const freshnessSchema = z.strictObject({
  /** Time of the schedule's last report. Pairs that are not in `late` were verified by then. */
  reported: z.iso.datetime(),
  /** Target -> time of its last verification. */
  late: z.record(z.string(), z.iso.datetime()),
})
export type Freshness = z.infer<typeof freshnessSchema>

export interface LatePair {
  /** `eu-west-1/mirror/redis` */
  readonly target: string
  readonly hours: number
}

export interface FreshnessOfRun {
  /** The record for the next run. */
  readonly kept: Freshness
  /** The pair with the oldest verification; undefined if this run verified all. */
  readonly oldest?: LatePair
}

const HOUR_MS = 3_600_000

/**
 * @param late the pairs that the run did not verify
 * @param before the record of the schedule's last run. A pair that it does not name was verified by that run; without a record, the clock starts now
 */
export function freshnessOf(
  late: Iterable<{ readonly target: string; readonly repository: string }>,
  before: Freshness | undefined,
  now: Date,
): FreshnessOfRun {
  const reported = now.toISOString()
  const since = [...late].map((pair): [place: string, since: string] => {
    const place = `${pair.target}/${pair.repository}`
    return [place, before?.late[place] ?? before?.reported ?? reported]
  })
  const kept = { reported, late: Object.fromEntries(since) }
  const [first, ...others] = since
  if (first === undefined) return { kept }
  const [target, at] = others.reduce((oldest, one) => (one[1] < oldest[1] ? one : oldest), first)
  return { kept, oldest: { target, hours: (now.getTime() - Date.parse(at)) / HOUR_MS } }
}
