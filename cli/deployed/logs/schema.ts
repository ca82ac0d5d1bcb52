/** The document of `logs --json`. */
import * as z from 'zod'

export const logSchema = z.strictObject({
  /** The log group of the mirror's builds. */
  group: z.string(),
  /** The log stream of the build. */
  stream: z.string(),
  /** The lines of the log, the oldest first. */
  events: z.array(
    z.strictObject({
      /** When the build printed it. */
      time: z.iso.datetime(),
      /** The line, as the build printed it. */
      message: z.string(),
    }),
  ),
})
export type Log = z.infer<typeof logSchema>
