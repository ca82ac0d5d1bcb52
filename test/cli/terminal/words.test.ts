import { expect, test } from 'vitest'
import { bytesText, fewOf, plural, secondsText, shorten, wrapHanging } from '../../../cli/terminal/words.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '1.0 MB'],
  [12_345_678, '12.3 MB'],
  [123_456_789, '123 MB'],
  [5_000_000_000_000_000, '5000 TB'],
])('formats %i bytes as %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text)
})

test.each([
  [3.21, '3.2 s'],
  [125, '2 min 5 s'],
])('formats %d seconds as %s', (seconds, text) => {
  expect(secondsText(seconds)).toBe(text)
})

test('forms plurals, and shortens lists and names', () => {
  expect(plural(1, 'pair')).toBe('1 pair')
  expect(plural(2, 'pair')).toBe('2 pairs')
  expect(fewOf(['a', 'b'], 10)).toBe('a, b')
  expect(fewOf(['a', 'b', 'c'], 4)).toBe('a, b +1')
  expect(shorten('docker.io/library/redis:7.4', 12)).toBe('dock…dis:7.4')
})

test('indents text from its second line on, and fits the width', () => {
  expect(wrapHanging('one two three four', 9)).toEqual(['one two', '  three', '  four'])
  expect(wrapHanging('  one two', 7)).toEqual(['  one', '    two'])
})
