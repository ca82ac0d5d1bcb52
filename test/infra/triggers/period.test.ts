// The longest and the shortest interval of a schedule.
import { expect, test } from 'vitest'
import { longestPause, shortestPause } from '../../../infra/triggers/period.ts'

const HOUR = 60
const DAY = 24 * HOUR

test.each([
  ['rate(15 minutes)', 15],
  ['rate(1 hour)', HOUR],
  ['rate(6 hours)', 6 * HOUR],
  ['rate(7 days)', 7 * DAY],
  ['cron(0 3 * * ? *)', DAY],
  ['cron(0 3 ? * * *)', DAY],
  ['cron(0 3,15 * * ? *)', 12 * HOUR],
  ['cron(0 8-18 * * ? *)', 14 * HOUR],
  ['cron(0/20 * * * ? *)', 20],
  ['cron(*/20 * * * ? *)', 20],
  ['cron(10,50 * * * ? *)', 40],
  ['cron(0 3 ? * MON-FRI *)', 3 * DAY],
  ['cron(0 3 ? * 2-6 *)', 3 * DAY],
  ['cron(0 3 ? * SUN,WED *)', 4 * DAY],
  ['cron(30 1 ? * SAT *)', 7 * DAY],
])('%s waits %i minutes at most', (expression, minutes) => {
  expect(longestPause(expression)?.toMinutes()).toBe(minutes)
})

test.each([
  'cron(0 3 1 * ? *)',
  'cron(0 3 * JAN ? *)',
  'cron(0 3 * * ? 2027)',
  'cron(0 3 ? * 6L *)',
  'cron(0 3 ? * MON#1 *)',
  'at(2027-01-01T00:00:00)',
  'off',
])('%s has no one pause', (expression) => {
  expect(longestPause(expression)).toBeUndefined()
})

test.each([
  ['rate(15 minutes)', 15],
  ['rate(7 days)', 7 * DAY],
  ['cron(0 3 * * ? *)', DAY],
  ['cron(0 3,15 * * ? *)', 12 * HOUR],
  ['cron(0 3,5 * * ? *)', 2 * HOUR],
  ['cron(0 8-18 * * ? *)', HOUR],
  ['cron(10,50 * * * ? *)', 20],
  ['cron(* * * * ? *)', 1],
  ['cron(0 3 ? * MON-FRI *)', DAY],
  ['cron(0 3 ? * SUN,WED *)', 3 * DAY],
  ['cron(0 3 1 * ? *)', DAY],
  ['cron(0 3 ? * 6L *)', DAY],
])('%s waits %i minutes at least', (expression, minutes) => {
  expect(shortestPause(expression)?.toMinutes()).toBe(minutes)
})

test('what is no schedule has no pause', () => {
  expect(shortestPause('off')).toBeUndefined()
})
