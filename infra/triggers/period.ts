/**
 * The intervals of a schedule. An alarm needs the longest to detect a missing run; the shortest limits how late a start
 * is still useful.
 */
import { Duration } from 'aws-cdk-lib'

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES

/** Returns undefined for a schedule with gaps of days of the month, months or years, because its intervals vary. */
export function longestPause(expression: string): Duration | undefined {
  const { kind, inner } = partsOf(expression)
  if (kind === 'rate') return rate(inner)
  if (kind !== 'cron') return undefined
  const [minute = '', hour = '', day = '', month, weekday = '', year] = inner.split(' ')
  if (!/^[*?]$/.test(day) || month !== '*' || year !== '*') return undefined
  const pauses = pausesOf(minute, hour, weekday)
  return pauses && Duration.minutes(Math.max(...pauses))
}

/** A lower bound: days that a schedule skips never shorten an interval, so they are ignored. */
export function shortestPause(expression: string): Duration | undefined {
  const { kind, inner } = partsOf(expression)
  if (kind === 'rate') return rate(inner)
  if (kind !== 'cron') return undefined
  const [minute = '', hour = '', , , weekday = ''] = inner.split(' ')
  const pauses = pausesOf(minute, hour, weekday) ?? pausesOf(minute, hour, '*')
  return pauses && Duration.minutes(Math.min(...pauses))
}

function partsOf(expression: string): { readonly kind?: string | undefined; readonly inner: string } {
  const [, kind, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? []
  return { kind, inner }
}

function rate(inner: string): Duration | undefined {
  const [, value, unit] = /^(\d+) (minute|hour|day)s?$/.exec(inner) ?? []
  if (unit === 'minute') return Duration.minutes(Number(value))
  if (unit === 'hour') return Duration.hours(Number(value))
  return unit === 'day' ? Duration.days(Number(value)) : undefined
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

/**
 * Parses `5`, `*`, `1-5`, `MON-FRI`, `0/15` and comma-separated lists of these. Returns undefined for `L` and `#`,
 * which are relative to the month.
 */
function valuesOf(field: string, from: number, to: number): number[] | undefined {
  const parts = field.split(',').map((part) => part.match(/^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/))
  const values = new Set<number>()
  for (const part of parts) {
    const [, first = '', last, step] = part ?? []
    const start = first === '*' ? from : numberOf(first)
    const end = last !== undefined ? numberOf(last) : first === '*' || step !== undefined ? to : start
    if (Number.isNaN(start + end)) return undefined
    for (let value = start; value <= end; value += Number(step ?? 1)) values.add(value)
  }
  return [...values]
}

function numberOf(text: string): number {
  const word = WEEKDAYS.indexOf(text)
  return word >= 0 ? word + 1 : /^\d+$/.test(text) ? Number(text) : Number.NaN
}
