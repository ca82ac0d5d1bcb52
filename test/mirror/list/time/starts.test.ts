// How often schedules start runs in a month of 30 days.
import { expect, test } from 'vitest'
import { startsPerMonth } from '../../../../mirror/list/time/starts.ts'

test.each([
  ['rate(1 day)', 30],
  ['rate(6 hours)', 120],
  ['rate(7 days)', 30 / 7],
  ['cron(0 3 * * ? *)', 30],
  ['cron(0/15 * * * ? *)', 30 * 96],
  ['cron(0 3,15 ? * MON-FRI *)', (2 * 5 * 30) / 7],
  ['cron(0 3 1,15 * ? *)', 2],
  ['cron(0 3 L * ? *)', 1],
  ['cron(0 3 ? * MON#1 *)', 1],
  ['cron(0 3 1 JAN,JUL ? *)', 2 / 12],
  ['off', 0],
])('%s starts %d', (schedule, starts) => {
  expect(startsPerMonth(schedule)).toBeCloseTo(starts)
})
