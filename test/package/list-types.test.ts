import { expect, test } from 'vitest'
import { listDeclarations, splitDefault } from '../../package/list-types.ts'

const text = listDeclarations()

test('declares every key of the list, with its meaning and its default', () => {
  expect(text).toContain('export interface ListProps {')
  expect(text).toMatch(
    /\/\*\*\n {3}\* The target repository[^\n]*\.\n {3}\* @default - .+\n {3}\*\/\n {2}readonly repository\?: string;/,
  )
})

test('refers to no other package', () => {
  expect(text).not.toMatch(/\bimport\b|\bz\./)
})

test('does not require of a written list what has a default, but of a read one', () => {
  const [, written = '', read = ''] = text.split(/export interface (?:ListProps|List) /)
  expect(written).toContain('readonly images?:')
  expect(read).toContain('readonly images:')
  expect(written).toContain('readonly vpc?:')
  expect(read).toContain('readonly vpc?:')
})

test('takes regions that a program computes, and still completes their names', () => {
  expect(text).toMatch(/export type Region = .*"us-east-1".* \| \(string & \{\}\);/)
})

test.each([
  ['A key. Default: none.', { text: 'A key.', fallback: 'none' }],
  ['A key.', { text: 'A key.' }],
  ['See Default: x. Default: `rate(1 day)`.', { text: 'See Default: x.', fallback: '`rate(1 day)`' }],
])('tells the meaning of a key from its default: %s', (description, parts) => {
  expect(splitDefault(description)).toEqual(parts)
})
