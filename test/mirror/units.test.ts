import { expect, test } from 'vitest'
import { bytesText, countText, durationText, plural } from '../../mirror/units.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [12_345_678, '12.3 MB'],
  [99_600, '100 kB'],
  [999_600, '1.0 MB'],
  [2_340_000_000, '2.3 GB'],
  [5e15, '5000 TB'],
])('writes %d bytes as %s', (bytes, text) => expect(bytesText(bytes)).toBe(text))

test.each([
  [0, '0.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [59.6, '1 min 0 s'],
  [250, '4 min 10 s'],
  [3_599.7, '1 h 0 min'],
  [7_500, '2 h 5 min'],
])('writes %d seconds as %s', (seconds, text) => expect(durationText(seconds)).toBe(text))

test('counts', () => {
  expect(countText(12_345)).toBe('12,345')
  expect([plural(1, 'pair'), plural(0, 'pair'), plural(2_000, 'pair')]).toEqual([
    '1 pair',
    '0 pairs',
    '2,000 pairs',
  ])
  expect([plural(1, 'entry', 'entries'), plural(3, 'entry', 'entries')]).toEqual(['1 entry', '3 entries'])
})
