// Patterns that one name can match.
import { expect, test } from 'vitest'
import { overlap } from '../../../mirror/list/overlap.ts'

test.each([
  ['team/*', 'mirror/*', false],
  ['mirrors/*', 'mirror/*', false],
  ['app', 'team/app', false],
  ['app', 'app', true],
  ['*', 'mirror/*', true],
  ['mirror/redis', 'mirror/*', true],
  ['m*', 'mirror/*', true],
  ['*/app', 'team/*', true],
  ['base/*', 'base/busybox', true],
])('compares "%s" with "%s": %s', (one, other, expected) => {
  expect(overlap(one, other)).toBe(expected)
  expect(overlap(other, one)).toBe(expected)
})

test('compares patterns with many stars in bounded time', () => {
  const [one, other] = ['*a'.repeat(120), '*b'.repeat(120)]
  expect(overlap(`${one}x`, `${other}y`)).toBe(false)
  expect(overlap(`${one}*`, `${other}*`)).toBe(true)
})
