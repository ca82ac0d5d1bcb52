/**
 * Validates schedule expressions of EventBridge Scheduler when the list is read; a deployment would reject them much
 * later.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */

/** Used for images if neither they nor the list set a schedule. */
export const DEFAULT_SCHEDULE = 'rate(1 day)'

/** Disables the list's schedule: only images with their own schedule are mirrored. */
export const NO_SCHEDULE = 'off'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Names for the numbers, starting at `from`. */
  readonly words?: readonly string[]
  /** Special values of this field. */
  readonly special?: RegExp
}

const FIELDS: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day-of-month', from: 1, to: 31, special: /^(?:\?|L|(?:[1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', from: 1, to: 12, words: MONTHS },
  {
    name: 'day-of-week',
    from: 1,
    to: 7,
    words: WEEKDAYS,
    special: /^(?:\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$/,
  },
  { name: 'year', from: 1970, to: 2199 },
]

/** Returns what is wrong with a schedule, and the fix; undefined if it is valid. */
export function scheduleProblem(text: string): string | undefined {
  const [, kind, inner = ''] = /^(rate|cron|at)\((.*)\)$/.exec(text) ?? []
  if (kind === 'rate') return rateProblem(inner)
  if (kind === 'cron') return cronProblem(inner)
  if (kind === 'at') return 'at(...) runs only once: write rate(...) or cron(...)'
  const meant = meantSchedule(text.trim().toLowerCase())
  if (meant !== undefined) return `write it as ${meant}`
  return 'it must be rate(...) or cron(...), such as rate(6 hours) or cron(0 3 * * ? *)'
}

const WORDS: Readonly<Record<string, string>> = {
  hourly: 'rate(1 hour)',
  daily: 'rate(1 day)',
  weekly: 'rate(7 days)',
}

/** Reads `daily`, `every 6 hours`, `6h` and the five fields of a crontab that names no weekday. */
function meantSchedule(text: string): string | undefined {
  const word = WORDS[text.replace(/^@/, '')]
  if (word !== undefined) return word
  const fields = /^([\d*/,-]+) ([\d*/,-]+) ([\d*/,-]+) ([\d*/,-]+) \*$/.exec(text)
  const [, value, unit = ''] = /^(?:every |@every )?(\d{1,6}) ?(m|h|d|minute|hour|day)s?$/.exec(text) ?? []
  const units: Readonly<Record<string, string>> = { m: 'minute', h: 'hour', d: 'day' }
  const meant = fields
    ? `cron(${fields.slice(1).join(' ')} ? *)`
    : `rate(${value} ${units[unit[0] ?? '']}${Number(value) === 1 ? '' : 's'})`
  return scheduleProblem(meant) === undefined ? meant : undefined
}

function rateProblem(inner: string): string | undefined {
  const [, value, unit] = /^(\d{1,6}) (minute|hour|day)s?$/.exec(inner) ?? []
  if (value === undefined || Number(value) === 0) {
    return `"${inner}" is not a rate: write a number from 1 up and minutes, hours or days, such as rate(6 hours)`
  }
  const right = Number(value) === 1 ? `1 ${unit}` : `${Number(value)} ${unit}s`
  return inner === right ? undefined : `write it as rate(${right})`
}

function cronProblem(inner: string): string | undefined {
  const fields = inner.split(' ')
  if (fields.length !== FIELDS.length || fields.includes('')) {
    const names = FIELDS.map(({ name }) => name).join(' ')
    const meant = meantSchedule(inner)
    const fix = meant === undefined ? '' : `; write it as ${meant}`
    return `cron(...) takes six fields separated by single spaces, ${names}, but this has ${fields.filter(Boolean).length}${fix}`
  }
  const wrong = FIELDS.findIndex((field, index) => !isField(fields[index] ?? '', field))
  const field = FIELDS[wrong]
  if (field !== undefined) {
    return `"${fields[wrong]}" is not valid in the field ${field.name}, which ranges from ${field.from} to ${field.to}`
  }
  const [, , day, , weekday] = fields
  if ((day === '?') !== (weekday === '?')) return undefined
  return 'exactly one of day-of-month and day-of-week must be ?'
}

function isField(text: string, field: Field): boolean {
  if (field.special?.test(text)) return true
  return text.split(',').every((part) => {
    const [range = '', step, ...more] = part.split('/')
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false
    const ends = range.split('-').map((end) => numberIn(end, field))
    if (range === '*') return true
    return ends.length <= 2 && ends.every((end) => end !== undefined)
  })
}

function numberIn(text: string, { from, to, words = [] }: Field): number | undefined {
  const word = words.indexOf(text)
  if (word >= 0) return from + word
  if (!/^\d{1,4}$/.test(text)) return undefined
  const number = Number(text)
  return number >= from && number <= to ? number : undefined
}
