// Checks a document's shape before its meaning, and checks the valid parts of a document with a wrong shape.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseWith } from '../../../../mirror/list/document/parse-with.ts'
import { readText } from '../../../../mirror/list/document/source-text.ts'

const schema = z.strictObject({ name: z.string(), count: z.number().max(5).optional() })
const odd = (text: string) => [{ path: ['name'], text }]

test('a sound document is what it says', () => {
  expect(parseWith(readText('name: a', 'f'), schema, { whole: () => [] })).toEqual({ name: 'a' })
})

test('meaning is checked when the shape is right', () => {
  expect(() =>
    parseWith(readText('name: a', 'f'), schema, { whole: ({ name }) => odd(`no ${name}`) }),
  ).toThrow('f:1: no a')
})

test('parts are checked when the shape is wrong, and all is told in order', () => {
  const checks = { whole: () => odd('never'), parts: () => odd('name: odd') }
  const text = 'title: x\nname: a\ncount: 9'
  expect(() => parseWith(readText(text, 'f'), schema, checks)).toThrow(
    'f:1: unknown key "title"; the keys are name, count\nf:2: name: odd\nf:3: count must be at most 5',
  )
})

test('a misspelt key is not missing as well, but others are', () => {
  const text = (document: string) => () => parseWith(readText(document, 'f'), schema)
  expect(text('nme: a')).toThrow(/^f:1: unknown key "nme"; did you mean "name"\?$/)
  expect(text('title: a')).toThrow('missing key "name"')
})
