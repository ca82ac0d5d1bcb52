// Values that are valid YAML, but never meant.
import { expect, test } from 'vitest'
import { readText } from '../../../../mirror/list/document/source-text.ts'

test.each([
  ['a:\n  - b\n    - c', 'l:3: "- c" continues the text of the line above; align its dash with the others'],
  ['a: b\n  c', 'l:2: "c" continues the text of the line above; put it on one line, or in quotes'],
  ['a:\n  -b\n  -c', 'l:2: "-b" needs a space after the dash'],
  ['a: *b', `l:1: "a: *b" has a value that starts with "*", an alias in YAML; put the whole value in quotes`],
  ['a: [*b]\nc: &b 1', `l:1: "a: [*b]" has a value that starts with "*"`],
  ['a: “b”', `l:1: "a: “b”" has typographic quotes; use straight ones, '…'`],
])('%j: %s', (text, complaint) => {
  expect(() => readText(text, 'l')).toThrow(complaint)
})

test.each([
  ['a: -1', { a: -1 }],
  ['a: [-rc, b]', { a: ['-rc', 'b'] }],
  ['a:\n  - -rc', { a: ['-rc'] }],
  ['a: "b\n  c"', { a: 'b c' }],
  ['a: |\n  b\n  c\n', { a: 'b\nc\n' }],
  ['a: &x 1\nb: *x', { a: 1, b: 1 }],
  ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
  ['what is\nthis', 'what is this'],
])('%j is as it is', (text, value) => {
  expect(readText(text, 'l').value).toEqual(value)
})

test('does not quote what is behind the key of a secret', () => {
  expect(() => readText('accessToken: “hunter2”', 'l')).toThrow(
    'l:1: "accessToken: …" has typographic quotes',
  )
})

test('takes no longer for many values on one line', () => {
  const many = (value: string) => () => readText(`a: [${Array(5_000).fill(value).join(', ')}]`, 'l').value
  expect(many('-b')()).toHaveProperty('a.length', 5_000)
  expect(many('*b')).toThrow('an alias in YAML')
})
