// Notices of entries that end.
import { expect, test } from 'vitest'
import { newNotices, noticesOf } from '../../../mirror/plan/notices.ts'

const now = new Date('2026-11-30T12:00:00Z')
const entries = [
  { image: 'redis', expires: { on: '2026-11-29' } },
  { image: 'redis', expires: { on: '2026-11-29' } },
  { image: 'nginx', expires: { on: '2026-12-10' } },
  { image: 'busybox', expires: { on: '2027-12-10' } },
  { image: 'alpine' },
]

test('has one notice for each image that has ended or ends soon', () => {
  expect(noticesOf(entries, now).map(({ image, expired }) => [image, expired])).toEqual([
    ['redis', true],
    ['nginx', false],
  ])
})

test('mentions an expired entry once, and warns in every report', () => {
  const notices = noticesOf(entries, now)
  const first = newNotices(notices, {})
  expect(first.notices).toEqual(notices)
  const second = newNotices(notices, first.said)
  expect(second.notices.map(({ image }) => image)).toEqual(['nginx'])
  expect(second.said).toEqual({ redis: '2026-11-29' })
})

test('mentions an entry again that got another date', () => {
  const notices = noticesOf([{ image: 'redis', expires: { on: '2026-11-01' } }], now)
  expect(newNotices(notices, { redis: '2026-01-01' }).notices).toHaveLength(1)
})
