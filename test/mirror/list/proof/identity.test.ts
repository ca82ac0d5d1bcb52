// Whose certificate fits which identity of the list.
import { expect, test } from 'vitest'
import { identityMatcher } from '../../../../mirror/list/proof/identity.ts'

const APP = 'https://github.com/acme/app'

test.each([
  [APP, APP, true],
  [APP, `${APP}-evil`, false],
  [APP, `${APP}/.github/workflows/x.yml@refs/heads/main`, false],
  [APP, 'https://githubxcom/acme/app', false],
  [APP, '', false],
  ['/https://github\\.com/acme/app/.+/', `${APP}/x`, true],
  ['/^https://github\\.com/acme/app/.+$/', `${APP}/x`, true],
  ['/https://github\\.com/acme/app/', `${APP}-evil`, false],
  ['/https://github\\.com/acme/app/', `https://evil.example/${APP}`, false],
  ['/^a|https://github\\.com/acme/app$/', `https://evil.example/${APP}`, false],
  ['/a|b/', 'ab', false],
  ['/.+@example\\.com/', 'ann@example.com', true],
  ['/.+@example\\.com/', 'ann@example.com.evil.org', false],
])('%s compared with %s: %s', (text, identity, fits) => {
  expect(identityMatcher(text)(identity)).toBe(fits)
})

test.each([
  ['', 'is empty or has spaces around it'],
  [' a ', 'is empty or has spaces around it'],
  ['/.*/', 'also matches an empty identity'],
  ['/(?:a)?/', 'also matches an empty identity'],
  ['//', 'is not a regular expression: write it as'],
  ['/abc', 'is not a regular expression: write it as'],
  ['/(?=a)/', 'is not a valid RE2 regular expression'],
])('refuses "%s"', (text, problem) => {
  expect(() => identityMatcher(text)).toThrow(problem)
})

test('an expression over a long identity takes no time', () => {
  expect(identityMatcher('/(a+)+b/')('a'.repeat(100_000))).toBe(false)
})
