/**
 * How long a schedule waits between two runs: at most, which an alarm needs to know before it calls a run missing, and at
 * least, after which a late start is of no use.
 */
import { Duration } from 'aws-cdk-lib'

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const DAY_MINUTES = 24 * 60
const WEEK_MINUTES = 7 * DAY_MINUTES

/** Undefined for a schedule that leaves out days of the month, months or years: its pauses are of different lengths. */
export function longestPause(expression: string): Duration | undefined {
  const { kind, inner } = partsOf(expression)
  if (kind === 'rate') return rate(inner)
  if (kind !== 'cron') return undefined
  const [minute = '', hour = '', day = '', month, weekday = '', year] = inner.split(' ')
  if (!/^[*?]$/.test(day) || month !== '*' || year !== '*') return undefined
  const pauses = pausesOf(minute, hour, weekday)
  return pauses && Duration.minutes(Math.max(...pauses))
}

/** Or less: days that a schedule leaves out make no pause shorter, and need not be understood. */
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

/** The minutes from each moment of the week to the next, around the end of the week too. */
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

/** `5`, `*`, `1-5`, `MON-FRI`, `0/15`, and several with commas; undefined for what is about months, `L` and `#`. */
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
