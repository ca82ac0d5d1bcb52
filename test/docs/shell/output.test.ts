// What counts as the same output in two runs.
import { expect, test } from 'vitest'
import { differs } from './output.ts'

test.each([
  ['itself', 'a\nb\n', 'a\nb\n'],
  [
    'other times, names and columns',
    'run local-20260101T000000Z-abcdef  took 3.5 s',
    'run local-20261231T235959Z-000000 took 12 min',
  ],
  ['lines that are left out', 'a\n…\nd', 'a\nb\nc\nd'],
  ['an end that is left out', 'a\n…', 'a\nb'],
])('an output fits %s', (_, shown, real) => {
  expect(differs(shown, real)).toBeUndefined()
})

test.each([
  ['another line', 'a\nb', 'a\nc', 'b\n  instead of: c'],
  ['more lines', 'a', 'a\nb', 'the end\n  instead of: b'],
  ['fewer lines', 'a\nb', 'a', 'b\n  instead of: nothing'],
  ['other sizes', '2.3 MB', '2.4 MB', '2.3 MB\n  instead of: 2.4 MB'],
  ['lines in another order', '…\nb\na', 'a\nb', 'a\n  instead of: nothing'],
])('an output does not fit %s', (_, shown, real, difference) => {
  expect(differs(shown, real)).toBe(difference)
})
