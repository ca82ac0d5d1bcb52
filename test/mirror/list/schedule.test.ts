// Validates schedule expressions.
import { expect, test } from 'vitest'
import { scheduleProblem } from '../../../mirror/list/schedule.ts'

test.each([
  'rate(1 minute)',
  'rate(6 hours)',
  'rate(1 day)',
  'cron(0 3 * * ? *)',
  'cron(0/15 8-18 ? * MON-FRI *)',
  'cron(0 0 1,15 JAN,JUL ? 2026-2030)',
  'cron(0 12 L * ? *)',
  'cron(0 12 15W * ? *)',
  'cron(30 6 ? 1/3 2#1 *)',
  'cron(*/10 * ? * 6L *)',
])('%s is a schedule', (text) => {
  expect(scheduleProblem(text)).toBeUndefined()
})

test.each([
  ['now and then', 'must be rate(...) or cron(...), such as rate(6 hours)'],
  ['daily', 'write it as rate(1 day)'],
  ['@hourly', 'write it as rate(1 hour)'],
  ['every 6 hours', 'write it as rate(6 hours)'],
  ['1h', 'write it as rate(1 hour)'],
  ['90m', 'write it as rate(90 minutes)'],
  ['0h', 'must be rate(...) or cron(...)'],
  ['*/15 3,4 * 1-6 *', 'write it as cron(*/15 3,4 * 1-6 ? *)'],
  ['0 3 * * 1', 'must be rate(...) or cron(...)'],
  ['61 3 * * *', 'must be rate(...) or cron(...)'],
  ['cron(0 3 * * *)', 'write it as cron(0 3 * * ? *)'],
  ['0 3 * * *', 'write it as cron(0 3 * * ? *)'],
  ['rate(0 days)', '"0 days" is not a rate'],
  ['rate(1.5 hours)', '"1.5 hours" is not a rate'],
  ['rate(2 weeks)', '"2 weeks" is not a rate'],
  ['rate(1 hours)', 'write it as rate(1 hour)'],
  ['rate(06 hour)', 'write it as rate(6 hours)'],
  ['at(2026-01-01T00:00:00)', 'runs only once'],
  ['cron(0 3 * * *)', 'takes six fields separated by single spaces'],
  ['cron(0  3 * * ? *)', 'takes six fields'],
  ['cron(60 3 * * ? *)', '"60" is not valid in the field minutes, which ranges from 0 to 59'],
  ['cron(0 3 32 * ? *)', 'the field day-of-month'],
  ['cron(0 3 ? * FUN *)', '"FUN" is not valid in the field day-of-week'],
  ['cron(0 3 ? * 0 *)', 'the field day-of-week, which ranges from 1 to 7'],
  ['cron(0/0 3 * * ? *)', 'the field minutes'],
  ['cron(1-2-3 3 * * ? *)', 'the field minutes'],
  ['cron(0 ? * * ? *)', 'the field hours'],
  ['cron(0 3 * * * *)', 'exactly one of day-of-month and day-of-week must be ?'],
  ['cron(0 3 ? * ? *)', 'exactly one of day-of-month and day-of-week must be ?'],
])('%s is told to be none', (text, complaint) => {
  expect(scheduleProblem(text)).toContain(complaint)
})
