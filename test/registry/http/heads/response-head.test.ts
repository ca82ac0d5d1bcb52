import { expect, test } from 'vitest'
import { isInterim, readHead } from '../../../../registry/http/heads/response-head.ts'
import { AT_MOST_LINEAR, growth } from '../../../support/growth.ts'

const OK = 'HTTP/1.1 200 OK'
const head = (...lines: string[]) => [OK, ...lines, '', ''].join('\r\n')

test.each([
  ['a length', head('Content-Type: x', 'Content-Length: 5')],
  ['chunks', head('Transfer-Encoding: chunked')],
  ['neither', head('Connection: close')],
  ['chunks after another coding', head('Transfer-Encoding: gzip, chunked')],
  ['no reason', 'HTTP/1.1 200\r\nContent-Length: 5\r\n\r\n'],
  ['an empty line before it', `\r\n${head('Content-Length: 5')}`],
  ['a field without a value', head('X-Empty:')],
  ['colons in values', head('Date: Sun, 29 Nov 2026 20:55:44 GMT', 'X: a : b')],
  ['a line without a colon, which the parser refuses', head('broken line')],
])('keeps a head with %s', (_, text) => {
  expect(readHead(text)).toEqual({ status: 200, mended: undefined })
})

test.each([
  ['one length twice', head('Content-Length: 5', 'A: b', 'content-length: 5'), ['A: b', 'Content-Length: 5']],
  ['one length as a list', head('Content-Length: 5, 5'), ['Content-Length: 5']],
  [
    'a length beside chunked',
    head('Content-Length: 5', 'Transfer-Encoding: Chunked'),
    ['Transfer-Encoding: chunked'],
  ],
  [
    'one length twice beside chunked',
    head('Content-Length: 5', 'Transfer-Encoding: chunked', 'Content-Length: 5'),
    ['Transfer-Encoding: chunked'],
  ],
  ['a coding that is none', head('Transfer-Encoding: identity', 'Content-Length: 5'), ['Content-Length: 5']],
  ['a coding that is none, and no length', head('Transfer-Encoding: identity'), []],
  ['bare LF', `${OK}\nA: b\nContent-Length: 5\n\n`, ['A: b', 'Content-Length: 5']],
  ['bare LF in one line', `${OK}\r\nA: b\nC: d\r\n\r\n`, ['A: b', 'C: d']],
  ['a folded line', head('A: b', '\t c', ' d', 'E: f'), ['A: b c d', 'E: f']],
  ['a folded length', head('Content-Length:', ' 5'), ['Content-Length: 5']],
  ['white space before a colon', head('Content-Length : 5'), ['Content-Length: 5']],
  ['a control character', head('A: b\x01c\x00d\x7f', 'E: f'), ['A: b c d ', 'E: f']],
  ['a bare CR', head('A: b\rContent-Length: 9'), ['A: b Content-Length: 9']],
  ['a connection that was to stay', `${OK}\nConnection: keep-alive\nKeep-Alive: timeout=5\n\n`, []],
])('repairs a head with %s and closes its connection', (_, text, lines) => {
  expect(readHead(text).mended).toBe(head(...lines, 'Connection: close'))
})

test.each([
  ['two lengths', head('Content-Length: 5', 'Content-Length: 6'), 'contradictory lengths: 5 and 6'],
  ['two lengths in a list', head('Content-Length: 5, 6'), '5 and 6'],
  ['two spellings of a length', head('Content-Length: 5', 'Content-Length: 05'), '5 and 05'],
  ['two lengths beside chunked', head('Content-Length: 5, 6', 'Transfer-Encoding: chunked'), '5 and 6'],
  ['a length beside another coding', head('Content-Length: 5', 'Transfer-Encoding: gzip, chunked'), 'gzip'],
  [
    'a length beside two codings',
    head('Content-Length: 5', 'Transfer-Encoding: chunked, chunked'),
    'chunked',
  ],
  ['a signed length', head('Content-Length: +5'), 'not a number: "+5"'],
  ['a length with a control character', head('Content-Length: 5\x01'), 'not a number'],
  ['an empty length', head('Content-Length:'), 'not a number: ""'],
  ['a length beyond all numbers', head(`Content-Length: ${'9'.repeat(99)}`), 'not a number'],
  ['a folded line before any other', head(' A: b'), 'begins with white space'],
])('refuses a head with %s', (_, text, words) => {
  expect(() => readHead(text)).toThrow(words)
})

test('quotes a refused head briefly', () => {
  const text = head(`Content-Length: ${'http://a'.repeat(8_000)}`)
  expect(() => readHead(text)).toThrow(/^.{60,250}$/)
})

test('closes the connection after a repaired head, but not after an interim one', () => {
  const early = readHead('HTTP/1.1 103 Early Hints\nA: b\n\n')
  expect(early).toEqual({ status: 103, mended: 'HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n' })
  expect(readHead(head('A: b'), true).mended).toBe(head('A: b', 'Connection: close'))
})

test.each([
  [100, true],
  [101, false],
  [103, true],
  [200, false],
])('decides whether another head follows a %s: %s', (status, follows) => {
  expect(isInterim(status)).toBe(follows)
})

test.each([
  ['folded lines', ' a\r\n'],
  ['control characters', '\x01'],
  ['commas', 'Content-Length: 1,,\r\n'],
  ['line feeds and colons', ':\n:'],
  ['white space', ' \t'],
])('reads %s in linear time', (_, piece) => {
  const read = (size: number) => {
    try {
      readHead(`${OK}\r\nA: b\r\n${piece.repeat(size / piece.length)}\r\n\r\n`)
    } catch {
      // A refused head is fine.
    }
  }
  expect(growth(20_000, read)).toBeLessThan(AT_MOST_LINEAR)
})
