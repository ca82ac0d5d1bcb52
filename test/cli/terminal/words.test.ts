import { expect, test } from 'vitest'
import { fewOf, shorten, wrapHanging } from '../../../cli/terminal/words.ts'

test('shortens lists and names', () => {
  expect(fewOf(['a', 'b'], 10)).toBe('a, b')
  expect(fewOf(['a', 'b', 'c'], 4)).toBe('a, b +1')
  expect(shorten('docker.io/library/redis:7.4', 12)).toBe('dock…dis:7.4')
})

test('indents text from its second line on, and fits the width', () => {
  expect(wrapHanging('one two three four', 9)).toEqual(['one two', '  three', '  four'])
  expect(wrapHanging('  one two', 7)).toEqual(['  one', '    two'])
})
