import { expect, test } from 'vitest'
import { retryAfter } from '../../../registry/model/retry-after.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')

test.each<[string, Record<string, string>, string, number | undefined]>([
  ['row 31: seconds', { 'retry-after': '2' }, '', 2],
  ['seconds with space', { 'retry-after': ' 2 ' }, '', 2],
  ['row 32: a date', { 'retry-after': 'Sat, 21 Nov 2026 12:01:30 GMT' }, '', 90],
  ['row 32: a past date', { 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }, '', 0.001],
  ['an epoch, as Docker Hub sends it', { 'retry-after': String(NOW / 1000 + 120) }, '', 120],
  ['an epoch in milliseconds', { 'retry-after': String(NOW + 5000) }, '', 5],
  ['a past epoch', { 'retry-after': '1671729995' }, '', 0.001],
  ['the other header', { 'x-retry-after': String(NOW / 1000 + 60) }, '', 60],
  ['row 32: a Go duration in the body', {}, 'retry-after: 880.092µs, allowed: 44000/minute', 0.001],
  ['a longer Go duration', {}, 'retry-after: 1m30.5s, allowed: 44000/minute', 90.5],
  ['a Go duration in the header', { 'retry-after': '1h2m' }, '', 3720],
  ['row 32: far too long', { 'retry-after': '999999' }, '', 86_400],
  ['zero', { 'retry-after': '0' }, '', 0.001],
  ['negative', { 'retry-after': '-5' }, '', undefined],
  ['garbage', { 'retry-after': 'soon' }, '', undefined],
  ['row 33: nothing', {}, '<html>429 Too Many Requests</html>', undefined],
])('%s', (_, headers, body, seconds) => {
  expect(retryAfter(headers, body, NOW)).toBe(seconds)
})
