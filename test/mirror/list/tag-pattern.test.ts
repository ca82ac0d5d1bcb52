// Exact tags and regular expressions, and what is said of those that are neither.
import { expect, test } from 'vitest'
import { isRegex, parseTagPattern } from '../../../mirror/list/tag-pattern.ts'

test.each([
  ['7.4', '7.4', true],
  ['7.4', '7.41', false],
  ['/^7\\.4/', '7.4.1', true],
  ['/-rc/', '1.0-rc2', true],
  ['/(?i)RC/', '1.0-rc2', true],
  ['/^v1$/', 'v10', false],
])('%s says of %s: %s', (pattern, tag, expected) => {
  expect(parseTagPattern(pattern).matches(tag)).toBe(expected)
})

test('only an exact tag can be asked for without knowing what tags there are', () => {
  expect(parseTagPattern('7.4').exact).toBe('7.4')
  expect(parseTagPattern('/7/').exact).toBeUndefined()
  expect([isRegex('/7/'), isRegex('7')]).toEqual([true, false])
})

test.each([
  ['v1.*', 'a regular expression stands between slashes: "/^v1\\..*$/"'],
  ['-x', 'not starting with . or -'],
  ['/x', 'write it as "/'],
  ['//', 'write it as "/'],
  ['/x/i', 'write them inside: "/(?i)x/"'],
  ['/(/', 'missing closing )'],
  ['/(?!x)/', 'RE2 has no lookaround'],
])('fails for %s with the fix', (pattern, fix) => {
  expect(() => parseTagPattern(pattern)).toThrow(fix)
})

test('a pattern that would hang a backtracking engine answers at once', () => {
  const started = performance.now()
  expect(parseTagPattern('/^(a+)+$/').matches(`${'a'.repeat(127)}b`)).toBe(false)
  expect(performance.now() - started).toBeLessThan(1_000)
})
