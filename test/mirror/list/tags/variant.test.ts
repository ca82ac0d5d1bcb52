// The tag suffixes of a variant.
import { expect, test } from 'vitest'
import { parseVariant } from '../../../../mirror/list/tags/variant.ts'

const REBUILD = { variant: 'debian-12-r4', family: 'debian-12' }

test.each([
  ['debian-12', true],
  ['debian-12-r4', true],
  ['/^debian/', true],
  ['/-r4$/', true],
  ['debian', false],
  ['debian-12-r5', false],
])('debian-12-r4 is of the variant %s: %s', (text, expected) => {
  expect(parseVariant(text)(REBUILD)).toBe(expected)
})

test.each([
  ['-alpine', '"-alpine" is not a variant; write "alpine"'],
  ['*-alpine', 'write "/alpine/"'],
  ['alpine*', 'write "/^alpine/"'],
  ['alpine3.*', 'write "/^alpine3\\./"'],
  ['a b', 'it is the suffix of a tag, such as "alpine"'],
  ['/(/', 'is not a valid RE2 regular expression'],
])('"%s" is refused: %s', (text, fix) => {
  expect(() => parseVariant(text)).toThrow(fix)
})
