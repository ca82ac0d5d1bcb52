/** The schema of a pair's times, for the report's timeline. */
import * as z from 'zod'

/** When each phase of a pair's last round began, and when it ended. */
export const pairTimesSchema = z.strictObject({
  /** Diff found the target stale. The pair then waited for its turn, or for a rate limit. */
  ordered: z.iso.datetime(),
  /** The build was requested. It then waited in CodeBuild's queue, and for its machine. */
  queued: z.iso.datetime(),
  /** The build's program started to copy. */
  copying: z.iso.datetime(),
  /** The build's program ended. */
  ended: z.iso.datetime(),
})
export type PairTimes = z.infer<typeof pairTimesSchema>
