/**
 * The intervals of a schedule. An alarm needs the longest to detect a missing run; the shortest limits how late a start
 * is still useful.
 */
import { Duration } from 'aws-cdk-lib'
import { parseSchedule, valuesOf } from '../../mirror/list/time/starts.ts'

const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES

/** Returns undefined for a schedule with gaps of days of the month, months or years, because its intervals vary. */
export function longestPause(expression: string): Duration | undefined {
  const schedule = parseSchedule(expression)
  if (schedule?.kind !== 'cron') return schedule && Duration.minutes(schedule.minutes)
  const [minute = '', hour = '', day = '', month, weekday = '', year] = schedule.fields
  if (!/^[*?]$/.test(day) || month !== '*' || year !== '*') return undefined
  const pauses = pausesOf(minute, hour, weekday)
  return pauses && Duration.minutes(Math.max(...pauses))
}

/** A lower bound: days that a schedule skips never shorten an interval, so they are ignored. */
export function shortestPause(expression: string): Duration | undefined {
  const schedule = parseSchedule(expression)
  if (schedule?.kind !== 'cron') return schedule && Duration.minutes(schedule.minutes)
  const [minute = '', hour = '', , , weekday = ''] = schedule.fields
  const pauses = pausesOf(minute, hour, weekday) ?? pausesOf(minute, hour, '*')
  return pauses && Duration.minutes(Math.min(...pauses))
}

/** The minutes between successive starts in a week, including the wrap around its end. */
function pausesOf(minute: string, hour: string, weekday: string): number[] | undefined {
  const [minutes, hours] = [valuesOf(minute, 0, 59), valuesOf(hour, 0, 23)]
  const days = valuesOf(weekday.replace('?', '*'), 1, 7)
  if (!minutes || !hours || !days) return undefined
  const moments = days
    .flatMap((d) => hours.flatMap((h) => minutes.map((m) => (d - 1) * DAY_MINUTES + h * 60 + m)))
    .sort((one, other) => one - other)
  const pauses = moments.map(
    (moment, index) => (moments[index + 1] ?? WEEK_MINUTES + Number(moments[0])) - moment,
  )
  return pauses.length === 0 ? undefined : pauses
}
