// Finds the positions of values in a document.
import { expect, test } from 'vitest'
import { fromValue, readText } from '../../../../mirror/list/document/source-text.ts'

const TEXT = [
  '# a comment',
  'regions: [us-east-1]',
  'images:',
  '  - redis',
  '  - source: nginx',
  '    tags:',
  '      include: [1.10]',
].join('\n')

test.each([
  [['regions'], 2],
  [['regions', 0], 2],
  [['images', 0], 4],
  [['images', 1, 'source'], 5],
  [['images', 1, 'tags', 'include', 0], 7],
  [['images', 1, 'no such key'], 5],
  [['images', 7], 4],
  [[], 2],
])('%j is on line %i, or what is around it', (path, line) => {
  expect(readText(TEXT, 'mirror.yaml').lineOf(path)).toBe(line)
})

test('a number is remembered as it was written', () => {
  const source = readText(TEXT, 'mirror.yaml')
  expect(source.writtenAt(['images', 1, 'tags', 'include', 0])).toBe('1.10')
  expect(source.writtenAt(['images'])).toBeUndefined()
})

test.each([
  ['two documents', 'a: 1\n---\nb: 2', 'list.yaml:2: a second document starts here'],
  ['a tab as indentation', 'a:\n\tb: 1', 'list.yaml:2: "b: 1" is indented with a tab'],
  ['a key that is no text', '? [a]\n: b', 'list.yaml:1: "? [a]" has a mapping or a list in place of a key'],
  ['an unknown alias', 'a: *b', 'list.yaml:1: "a: *b" has a value that starts with "*", an alias'],
])('fails for %s with its line', (_, text, complaint) => {
  expect(() => readText(text, 'list.yaml')).toThrow(complaint)
})

test('merge keys are keys like any other', () => {
  expect(readText('<<: {a: 1}', 'list.yaml').value).toEqual({ '<<': { a: 1 } })
})

test('a value that was never text has no lines', () => {
  const source = fromValue({ a: 1 }, 'input')
  expect([source.value, source.lineOf(['a']), source.writtenAt(['a'])]).toEqual([
    { a: 1 },
    undefined,
    undefined,
  ])
})
