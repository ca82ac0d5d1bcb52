// The list's `alerts`.
import { expect, test } from 'vitest'
import { alertsSchema, repeatMs } from '../../../../mirror/report/alert/settings.ts'

test.each(['always', 'never', '1 day', '7 days', '12 hours', '90 minutes'])('takes %s', (repeat) => {
  expect(alertsSchema.parse({ repeat })).toEqual({ repeat })
})

test.each(['', 'daily', '0 days', '1.5 hours', '1 week', '99999 days', 'rate(1 day)'])(
  'refuses "%s"',
  (repeat) => {
    expect(alertsSchema.safeParse({ repeat }).error?.issues[0]?.message).toContain('such as 12 hours')
  },
)

test('repeats once a day by default, a little early', () => {
  expect(repeatMs()).toBe(repeatMs('1 day'))
  expect(repeatMs('1 day') / 3_600_000).toBeCloseTo(21.6)
  expect([repeatMs('always'), repeatMs('never')]).toEqual([0, Number.POSITIVE_INFINITY])
})
