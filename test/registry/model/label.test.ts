import { expect, test } from 'vitest'
import { label, quote } from '../../../registry/model/label.ts'

test('a request is named without its query', () => {
  expect(label('PUT', new URL('https://r.example:5000/v2/a/blobs/uploads/1?_state=secret'))).toBe(
    'PUT https://r.example:5000/v2/a/blobs/uploads/1',
  )
})

test.each([
  ['two\nlines\tand\u0000more', 'two lines and more'],
  ['see https://r.example/up?sig=secret&x=1 there', 'see https://r.example/up?… there'],
  ['"https://r.example/up?sig=secret"', '"https://r.example/up?…"'],
  ['why?', 'why?'],
])('%j is quoted as %j', (text, expected) => {
  expect(quote(text)).toBe(expected)
})

test('a long text is cut', () => {
  expect(quote('x'.repeat(500))).toBe(`${'x'.repeat(300)}…`)
})
