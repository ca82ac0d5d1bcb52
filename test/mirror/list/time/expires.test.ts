// The last day of an entry.
import { expect, test } from 'vitest'
import { expiresSchema, expiryNotice, expiryOf, isExpired } from '../../../../mirror/list/time/expires.ts'

const on = '2027-06-30'
const PRUNED = JSON.parse('{"on": "2027-06-30", "then": "prune"}')

test.each([
  ['2027-06-30T00:00:00Z', false],
  ['2027-06-30T23:59:59Z', false],
  ['2027-07-01T00:00:00Z', true],
  // The day is that of UTC, wherever the clock is read.
  ['2027-07-01T01:00:00+02:00', false],
])('at %s, an entry of its last day is expired: %s', (now, expired) => {
  expect(isExpired({ on }, new Date(now))).toBe(expired)
})

test.each(['30.06.2027', '2027-6-30', '2027-02-29', '2027-06-31', 'tomorrow', ''])(
  'refuses the date "%s"',
  (text) => {
    expect(expiresSchema.safeParse(text).success).toBe(false)
  },
)

test('reads both forms', () => {
  expect(expiryOf('2027-06-30')).toEqual({ on })
  expect(expiryOf(expiresSchema.parse(PRUNED))).toEqual(PRUNED)
  expect(expiresSchema.safeParse(JSON.parse('{"on": "2027-06-30", "then": "delete"}')).success).toBe(false)
})

test.each([
  ['2027-05-30', undefined],
  ['2027-05-31', 'redis expires on 2027-06-30, 30 days are left; extend "expires", or remove the entry'],
  ['2027-06-29', 'redis expires on 2027-06-30, 1 day is left; extend "expires", or remove the entry'],
  ['2027-06-30', 'redis expires on 2027-06-30, today is its last day; extend "expires", or remove the entry'],
  ['2027-07-01', 'redis expired on 2027-06-30: it is no longer mirrored, and its tags stay at the targets'],
])('on %s, the notice is: %s', (today, text) => {
  const notice = expiryNotice('redis', { on }, new Date(`${today}T12:00:00Z`))
  expect(notice?.text).toBe(text)
  expect(notice?.expired ?? false).toBe(today > on)
})

test('says that the tags of an expired entry will be deleted', () => {
  expect(expiryNotice('redis', PRUNED, new Date('2028-01-01'))?.text).toContain('its tags will be deleted')
})
