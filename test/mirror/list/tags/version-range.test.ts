// Accepted version ranges, and the errors for other tools' notations.
import { expect, test } from 'vitest'
import { parseRange } from '../../../../mirror/list/tags/version-range.ts'

test.each([
  ['>=1.2 <3', '2.9.9', '3.0.0'],
  ['>= 1.2 < 3', '1.2.0', '1.1.9'],
  ['^1.2', '1.9.0', '2.0.0'],
  ['~> 1.2', '1.2.9', '1.3.0'],
  ['1.x || >=3', '3.1.0', '2.0.0'],
  ['1.2 - 2', '2.9.0', '3.0.0'],
  ['7.4', '7.4.9', '7.5.0'],
  ['*', '0.0.1', '1.0.0-rc.1'],
  ['>=1.3.0-rc1', '1.3.0-rc.10', '1.3.0-beta.2'],
  ['>=1.3.0-RC.2', '1.3.0-rc.10', '1.4.0-rc.1'],
])('%s contains %s and not %s', (text, inside, outside) => {
  const range = parseRange(text)
  expect([range.test(inside), range.test(outside)]).toEqual([true, false])
})

test.each([
  ['>=1.2, <2', '; write ">=1.2 <2"'],
  ['>= 1.2,<2 || >=3', '; write ">=1.2 <2 || >=3"'],
  ['>=1.2 and <2', '; write ">=1.2 <2"'],
  ['>=1.2 && <2', '; write ">=1.2 <2"'],
  ['1 | 3', '; write "1 || 3"'],
  ['^1 or ^3', '; write "^1 || ^3"'],
  ['=>1.2', '; write ">=1.2"'],
  ['== 1.2.3', '; write "=1.2.3"'],
  ['', 'write "*" for all versions'],
  [' ', 'write "*" for all versions'],
  ['!=1.2', 'put the tags to leave out under "exclude"'],
  ['/^1\\./', 'put it under "include"'],
  ['>=1.2.3.4', 'compares three numbers'],
  ['>=2024.01', 'no leading zeros'],
  ['latest', 'belongs under "include"'],
  ['newer than 1', 'write it as ">=1.2 <3" or "^1.2"'],
  ['>=3 <2', 'its parts exclude each other'],
  ['>1.2.3 <1.2.4', 'its parts exclude each other'],
])('"%s" is refused: %s', (text, fix) => {
  expect(() => parseRange(text)).toThrow(fix)
})

test('a long text is refused quickly', () => {
  expect(() => parseRange(`${'>=1 '.repeat(60)}, <2x`)).toThrow('is not a version range')
})
