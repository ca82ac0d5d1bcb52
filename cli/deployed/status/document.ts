/** The document of `status --json`, from `status.json` of the mirror and its latest executions. */
import { z } from 'zod'
import { STATUS_KEY } from '../../../mirror/keys.ts'
import { statusSchema as mirrorStatusSchema, type Place } from '../../../mirror/status/schema.ts'
import type { Deployed } from '../aws/with-mirror.ts'

const timeSchema = z.iso.datetime()

export const statusSchema = z.strictObject({
  mirror: z.strictObject({ stack: z.string(), account: z.string(), region: z.string() }),
  /** The most recent first. */
  runs: z.array(
    z.strictObject({
      run: z.string(),
      status: z.string(),
      started: timeSchema,
      ended: timeSchema.optional(),
    }),
  ),
  /** Of all pairs in `status.json`. */
  counts: z.strictObject({ pairs: z.int(), good: z.int(), failing: z.int() }),
  /** When the pair that has waited longest was last in sync. @default - no pair has been in sync */
  oldest: z.strictObject({ image: z.string(), target: z.string(), good: timeSchema }).optional(),
  /** Pairs whose last outcome is `failed` or `deferred`, those that wait longest first. */
  failing: z.array(
    z.strictObject({
      image: z.string(),
      target: z.string(),
      outcome: z.string(),
      since: timeSchema,
      /** @default - never */
      good: timeSchema.optional(),
      error: z.strictObject({ name: z.string(), message: z.string() }).optional(),
    }),
  ),
})
export type Status = z.infer<typeof statusSchema>

const RUNS = 5

/** The pairs are those of `status.json`, which the status page shows too. */
export async function readStatus({ mirror, executions, documents }: Deployed): Promise<Status> {
  const { stack, account, region } = mirror
  const runs = await executions.recent(RUNS)
  const known = await (await documents()).find(STATUS_KEY, mirrorStatusSchema)
  const pairs = (known?.images ?? []).flatMap(({ image, places }) =>
    places.map((place) => ({ ...place, image })),
  )
  const failing = pairs.flatMap(failingOf)
  return {
    mirror: { stack, account, region },
    runs: runs.map(({ run, status, started, ended }) => ({
      run,
      status,
      started: started.toISOString(),
      ...(ended === undefined ? {} : { ended: ended.toISOString() }),
    })),
    counts: { pairs: pairs.length, good: pairs.length - failing.length, failing: failing.length },
    ...oldestOf(pairs),
    failing: failing.sort((a, b) => a.since.localeCompare(b.since)),
  }
}

interface Pair extends Place {
  readonly image: string
}

/** A pair that is not in sync has `since`. */
function failingOf({ image, target, state, since, verified, error }: Pair): Status['failing'] {
  if (since === undefined) return []
  return [
    {
      image,
      target,
      outcome: state,
      since,
      ...(verified === undefined ? {} : { good: verified }),
      ...(error === undefined ? {} : { error: { name: error.name, message: error.message } }),
    },
  ]
}

function oldestOf(pairs: readonly Pair[]): Pick<Status, 'oldest'> {
  let oldest: Status['oldest']
  for (const { image, target, verified: good } of pairs) {
    if (good !== undefined && (oldest === undefined || good < oldest.good)) oldest = { image, target, good }
  }
  return oldest === undefined ? {} : { oldest }
}
