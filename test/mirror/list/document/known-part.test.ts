// Reads documents with unknown keys as they were probably meant.
import { expect, test } from 'vitest'
import { z } from 'zod'
import { knownPart } from '../../../../mirror/list/document/known-part.ts'

const schema = z.strictObject({
  name: z.string(),
  count: z.number().optional(),
  items: z.array(z.union([z.string(), z.strictObject({ source: z.string(), size: z.number().optional() })])),
})

test('a misspelt key is the one that it resembles, and the place is that of the document', () => {
  const document = { nme: 'a', items: [{ source: 'x', sise: 5 }] }
  const { result, writtenAs } = knownPart(schema, document)
  expect(result.data).toEqual({ name: 'a', items: [{ source: 'x', size: 5 }] })
  expect(writtenAs(['items', 0, 'size'])).toEqual(['items', 0, 'sise'])
  expect(document).toEqual({ nme: 'a', items: [{ source: 'x', sise: 5 }] })
})

test.each([
  ['that resembles none', { name: 'a', other: 1, items: ['x'] }],
  ['whose value does not fit', { name: 'a', cuont: 'many', items: ['x'] }],
])('a key %s is left out', (_, document) => {
  expect(knownPart(schema, document).result.data).toEqual({ name: 'a', items: ['x'] })
})

test('a misspelt key does not replace the key that it resembles', () => {
  const document = { name: 'a', count: 1, cuont: 2, items: [] }
  expect(knownPart(schema, document).result.data).toEqual({ name: 'a', count: 1, items: [] })
})

test('a document with other mistakes keeps them', () => {
  const { value, result } = knownPart(schema, { nme: 5, other: 1, items: [{ source: 5, x: 1 }, 'y'] })
  expect({ value, success: result.success }).toEqual({
    value: { items: [{ source: 5 }, 'y'] },
    success: false,
  })
})
