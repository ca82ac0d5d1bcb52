/** The schema of a pair's times, for the report's timeline. */
import * as z from 'zod'

/** When the last round of a pair was where. */
export const pairTimesSchema = z.strictObject({
  /** Diff found the target stale. Then the pair waited for its turn, or for a rate limit. */
  ordered: z.iso.datetime(),
  /** The build was requested. Then it waited in CodeBuild's queue, and for its machine. */
  queued: z.iso.datetime(),
  /** Its program started to copy. */
  copying: z.iso.datetime(),
  ended: z.iso.datetime(),
})
export type PairTimes = z.infer<typeof pairTimesSchema>
