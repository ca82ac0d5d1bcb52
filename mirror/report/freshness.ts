/**
 * How long ago the pairs of a schedule were last verified: found in sync, or made so. Kept from one run of the schedule
 * to the next, and small however long the list is, as only pairs that were not verified are named.
 */
import * as z from 'zod'

/** `freshness/<schedule>.json` */
export const freshnessSchema = z.strictObject({
  /** When the schedule's last run reported. Pairs that are not in `late` were verified by then. */
  reported: z.iso.datetime(),
  /** Target -> when it was last verified. */
  late: z.record(z.string(), z.iso.datetime()),
})
export type Freshness = z.infer<typeof freshnessSchema>

export interface LatePair {
  /** `eu-west-1/mirror/redis` */
  readonly target: string
  readonly hours: number
}

export interface FreshnessOfRun {
  /** What the next run has to know. */
  readonly kept: Freshness
  /** The pair that was verified longest ago; undefined when this run verified all. */
  readonly oldest?: LatePair
}

const HOUR_MS = 3_600_000

/**
 * @param late the pairs that the run did not verify
 * @param before what the schedule's last run kept: a pair is at least as fresh as that run, or else as this one
 */
export function freshnessOf(
  late: Iterable<{ readonly region: string; readonly repository: string }>,
  before: Freshness | undefined,
  now: Date,
): FreshnessOfRun {
  const reported = now.toISOString()
  const since = [...late].map(({ region, repository }): [target: string, since: string] => {
    const target = `${region}/${repository}`
    return [target, before?.late[target] ?? before?.reported ?? reported]
  })
  const kept = { reported, late: Object.fromEntries(since) }
  const [first, ...others] = since
  if (first === undefined) return { kept }
  const [target, at] = others.reduce((oldest, one) => (one[1] < oldest[1] ? one : oldest), first)
  return { kept, oldest: { target, hours: (now.getTime() - Date.parse(at)) / HOUR_MS } }
}
