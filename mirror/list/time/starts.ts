/** Parses schedules, and counts the runs that they start. The list's check has accepted their syntax. */

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAY_MINUTES = 24 * 60
const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: DAY_MINUTES }
const MONTH_DAYS = 30

export type Schedule =
  | { readonly kind: 'rate'; readonly minutes: number }
  | { readonly kind: 'cron'; readonly fields: readonly string[] }

/** Returns undefined for text that is not a schedule. */
export function parseSchedule(expression: string): Schedule | undefined {
  const [, kind, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(expression) ?? []
  if (kind === 'cron') return { kind, fields: inner.split(' ') }
  const [, value, unit = ''] = /^(\d{1,6}) (minute|hour|day)s?$/.exec(inner) ?? []
  return kind === 'rate' && value !== undefined
    ? { kind, minutes: Number(value) * (UNIT_MINUTES[unit] ?? 0) }
    : undefined
}

/** Starts in a month of 30 days, on average. A day that is relative to the end of a month counts as one. */
export function startsPerMonth(expression: string): number {
  const schedule = parseSchedule(expression)
  if (schedule === undefined) return 0
  if (schedule.kind === 'rate') return (MONTH_DAYS * DAY_MINUTES) / schedule.minutes
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = schedule.fields
  const count = (field: string, from: number, to: number) => valuesOf(field, from, to)?.length ?? 1
  const starts = count(minute, 0, 59) * count(hour, 0, 23) * (count(month, 1, 12) / 12)
  if (day !== '?') return starts * Math.min(count(day, 1, 31), MONTH_DAYS)
  const weekdays = valuesOf(weekday, 1, 7)
  return weekdays === undefined ? starts : (starts * weekdays.length * MONTH_DAYS) / 7
}

/**
 * Parses `5`, `*`, `1-5`, `MON-FRI`, `0/15` and comma-separated lists of these. Returns undefined for `L` and `#`,
 * which are relative to the month.
 */
export function valuesOf(field: string, from: number, to: number): number[] | undefined {
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
  for (const words of [WEEKDAYS, MONTHS]) if (words.includes(text)) return words.indexOf(text) + 1
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}
