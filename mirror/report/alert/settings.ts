/** Settings of alerts in the list: how often a failure that persists is reported again, and the topic for chats. */
import * as z from 'zod'

const REPEAT = /^(?:always|never|([1-9]\d{0,3}) (minute|hour|day)s?)$/

export const alertsSchema = z
  .strictObject({
    repeat: z
      .string()
      .regex(REPEAT, 'must be always, never, or a number and minutes, hours or days, such as 12 hours')
      .optional()
      .describe(
        'How often a pair that keeps failing, or a broken list, is reported again: `always` (in each run), `never`, or at most once in `12 hours` or `7 days`. Default: `1 day`.',
      ),
    chat: z
      .boolean()
      .optional()
      .describe(
        'Whether alerts also go to a topic for Amazon Q Developer in chat applications (Slack, Microsoft Teams, Amazon Chime). Default: `false`.',
      ),
  })
  .meta({ id: 'AlertSettings' })
export type AlertSettings = z.infer<typeof alertsSchema>

const DEFAULT_REPEAT = '1 day'
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }
/** Schedules start within a window, so the next daily run may begin a little less than a day later. */
const EARLY = 0.9

/** The time after which a failure is reported again. Infinite for `never`. */
export function repeatMs(repeat: string = DEFAULT_REPEAT): number {
  if (repeat === 'always') return 0
  const [, count, unit = ''] = REPEAT.exec(repeat) ?? []
  return count === undefined ? Number.POSITIVE_INFINITY : Number(count) * (UNIT_MS[unit] ?? 0) * EARLY
}
