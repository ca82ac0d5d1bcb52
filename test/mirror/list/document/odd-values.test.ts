// Values that are valid YAML, but never meant.
import { expect, test } from 'vitest'
import { readText } from '../../../../mirror/list/document/source-text.ts'

test.each([
  ['a:\n  - b\n    - c', 'l:3: "- c" continues the text of the line above; align its dash with the others'],
  ['a: b\n  c', 'l:2: "c" continues the text of the line above; put it on one line, or in quotes'],
  ['a:\n  -b\n  -c', 'l:2: "-b -c" needs a space after the dash'],
  ['a: *b', `l:1: "*b" is an alias in YAML; put it in quotes, '*b'`],
  ['a: [*b]\nc: &b 1', `l:1: "*b" is an alias in YAML; put it in quotes, '*b'`],
  ['a: “b”', `l:1: "“b”" has typographic quotes; use straight ones, '…'`],
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
