// Parses exact tags and regular expressions, and explains invalid ones.
import { expect, test } from 'vitest'
import { isRegex, parseTagPattern } from '../../../../mirror/list/tags/tag-pattern.ts'
import { AT_MOST_LINEAR, growth } from '../../../support/growth.ts'

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
  ['v1.*', 'write a regular expression between slashes: "/^v1\\..*$/"'],
  ['-x', 'not starting with . or -'],
  ['/x', 'without its last slash: write it as "/x/"'],
  ['//', 'write it as "/'],
  ['/x/i', 'write them inside: "/(?i)x/"'],
  ['/x/g', 'write it without: "/x/"'],
  ['/x/gi', 'write them inside: "/(?i)x/"'],
  ['!x', 'put the tags to leave out under "exclude"'],
  ['>=1.2', 'put a range of versions under "semver"'],
  ['/(/', 'missing closing )'],
  ['/(?!x)/', 'RE2 has no lookaround'],
  ['1.2.3+build.5', 'write "1.2.3_build.5"'],
  ['a+', 'write a regular expression between slashes: "/a+/"'],
  ['^7\\.\\d', 'write a regular expression between slashes: "/^7\\.\\d/"'],
  ['(a', 'write a regular expression between slashes'],
])('fails for %s with the fix', (pattern, fix) => {
  expect(() => parseTagPattern(pattern)).toThrow(fix)
})

const DIGEST = `sha256:${'0'.repeat(64)}`

test.each([
  [DIGEST, `"quay.io:443/team/app@${DIGEST}"`],
  [`@${DIGEST}`, `"quay.io:443/team/app@${DIGEST}"`],
  [`7.4@${DIGEST}`, `"quay.io:443/team/app:7.4@${DIGEST}"`],
  [DIGEST.toUpperCase(), `"quay.io:443/team/app@${DIGEST}"`],
])('a digest is no tag, and %s is told where it belongs', (pattern, fix) => {
  const message = `but a digest; give it an entry of its own: ${fix}`
  expect(() => parseTagPattern(pattern, 'quay.io:443/team/app')).toThrow(message)
  expect(() => parseTagPattern(pattern, 'quay.io:443/team/app:latest')).toThrow(message)
})

test('a digest among the tags of all entries is told a form', () => {
  expect(() => parseTagPattern(DIGEST)).toThrow(`"HOST/PATH@${DIGEST}"`)
})

test('a pattern that would hang a backtracking engine takes linear time', () => {
  const { matches } = parseTagPattern('/^(a+)+$/')
  expect(matches(`${'a'.repeat(127)}b`)).toBe(false)
  // Eight times as many would take 2 million times as long.
  expect(growth(3, (size) => matches(`${'a'.repeat(size)}b`))).toBeLessThan(AT_MOST_LINEAR)
})
