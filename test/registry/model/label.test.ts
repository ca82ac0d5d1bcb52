import { expect, test } from 'vitest'
import { label, quote } from '../../../registry/model/label.ts'

test('labels a request without its query', () => {
  expect(label('PUT', new URL('https://r.example:5000/v2/a/blobs/uploads/1?_state=secret'))).toBe(
    'PUT https://r.example:5000/v2/a/blobs/uploads/1',
  )
})

test.each([
  ['two\nlines\tand\u0000more', 'two lines and more'],
  ['see https://r.example/up?sig=secret&x=1 there', 'see https://r.example/up?… there'],
  ['"https://r.example/up?sig=secret"', '"https://r.example/up?…"'],
  ['why?', 'why?'],
  ['HTTPS://r.example/a?sig=secret', 'HTTPS://r.example/a?…'],
  ['\u001b[2J\u001b]0;title\u0007 no \u202etxt.exe\u2066\u200b', '[2J ]0;title no txt.exe'],
  ['half of a character: \ud83d', 'half of a character: \ufffd'],
])('quotes %j as %j', (text, expected) => {
  expect(quote(text)).toBe(expected)
})

test('truncates a long text', () => {
  expect(quote('x'.repeat(500))).toBe(`${'x'.repeat(300)}…`)
})

test('removes a signature that is truncated', () => {
  const text = `${'x '.repeat(500)}https://r.example/up?sig=${'secret'.repeat(200)}`
  expect(quote(text, 1_100)).not.toContain('secret')
})

test('truncates a path', () => {
  expect(label('GET', new URL(`https://r.example/${'x'.repeat(60_000)}`)).length).toBeLessThan(500)
})
