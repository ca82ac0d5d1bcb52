// The measure of growth tells linear work from work that is not.
import { expect, test } from 'vitest'
import { AT_MOST_LINEAR, growth } from './growth.ts'

test('linear work stays below the bound', () => {
  expect(growth(200_000, (size) => 'ab'.repeat(size).replaceAll('b', 'c'))).toBeLessThan(AT_MOST_LINEAR)
})

test.each<[string, number, RegExp, (size: number) => string]>([
  ['quadratic', 2_000, /a+b$/, (size) => 'a'.repeat(size)],
  ['exponential', 3, /^(a+)+$/, (size) => `${'a'.repeat(size)}b`],
])('%s work exceeds it', (_, size, expression, textOf) => {
  expect(growth(size, (length) => expression.test(textOf(length)))).toBeGreaterThan(AT_MOST_LINEAR)
})
