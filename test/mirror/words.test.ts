import { expect, test } from 'vitest'
import { listed } from '../../mirror/words.ts'

test.each([
  [[], 10, ''],
  [['7.2', '7.4'], 8, '7.2, 7.4'],
  [['7.2', '7.4', '8.0'], 8, '7.2, 7.4 and 1 more'],
  [['a-very-long-tag', 'b'], 5, 'a-very-long-tag and 1 more'],
])('%j within %i characters is "%s"', (words, width, expected) => {
  expect(listed(words, width)).toBe(expected)
})
