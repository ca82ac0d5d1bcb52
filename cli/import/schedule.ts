/** Turns the intervals and crontabs of other tools into schedules. */
import { scheduleProblem } from '../../mirror/list/schedule.ts'

const SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
}
const WORDS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
}

/** Go's durations, such as `1h30m`. */
export function secondsOf(duration: string): number | undefined {
  const text = duration.trim()
  if (text.length > 100 || !/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined
  return [...text.matchAll(/(\d{1,9}(?:\.\d{1,9})?)(h|ms|us|µs|ns|m|s)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (SECONDS[unit] ?? 0),
    0,
  )
}

/** The largest unit that is exact; at least a minute. */
export function rateOf(seconds: number): string {
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  const [count, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute']
  return `rate(${count} ${unit}${count === 1 ? '' : 's'})`
}

/** The five fields of a crontab. @returns undefined if EventBridge has no such schedule */
export function cronOf(text: string): string | undefined {
  const given = text.trim()
  const every = /^@every (.+)$/.exec(given)?.[1]
  if (every !== undefined) {
    const seconds = secondsOf(every)
    return seconds === undefined ? undefined : rateOf(seconds)
  }
  const fields = (WORDS[given] ?? given).split(/\s+/)
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = fields.map((field) =>
    field.toUpperCase(),
  )
  // A crontab with both days runs on either; EventBridge cannot.
  if (fields.length !== 5 || (!isAny(day) && !isAny(weekday))) return undefined
  const days = isAny(weekday) ? [isAny(day) ? '*' : day, '?'] : ['?', weekdaysOf(weekday)]
  const cron = `cron(${minute} ${hour} ${days[0]} ${month === '?' ? '*' : month} ${days[1]} *)`
  return scheduleProblem(cron) === undefined ? cron : undefined
}

function isAny(field: string): boolean {
  return field === '*' || field === '?'
}

/** Crontabs count weekdays from Sunday as 0 (and 7), EventBridge as 1. */
function weekdaysOf(field: string): string {
  return field
    .split(',')
    .map((part) => {
      const [days = '', step] = part.split('/')
      const raised = days.replace(/\d+/g, (number) => String((Number(number) % 7) + 1))
      return step === undefined ? raised : `${raised}/${step}`
    })
    .join(',')
}
