import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { WireResponse } from '../../../registry/http/transport.ts'
import { errorText, readErrors } from '../../../registry/retry/error-body.ts'

test.each<[string, string, ReturnType<typeof readErrors>]>([
  ['one error', '{"errors":[{"code":"A","message":"no"}]}', [{ code: 'A', message: 'no' }]],
  [
    'several errors',
    '{"errors":[{"code":"A"},{"message":"no","detail":["x"]},{}]}',
    [{ code: 'A', message: '' }, { message: 'no, ["x"]' }],
  ],
  ['an error instead of a list', '{"errors":{"code":"A","message":"no"}}', [{ code: 'A', message: 'no' }]],
  ['errors that are words', '{"errors":["no","never"]}', [{ message: 'no' }, { message: 'never' }]],
  [
    'an error of OAuth',
    '{"error":"invalid_grant","error_description":"no"}',
    [{ code: 'invalid_grant', message: 'no' }],
  ],
  ['an error object', '{"error":{"code":"A","message":"no"}}', [{ code: 'A', message: 'no' }]],
  ['a token server', '{"details":"incorrect username"}', [{ message: 'incorrect username' }]],
  ['a code that is a number', '{"errors":[{"code":404,"message":"no"}]}', [{ message: 'no' }]],
  ['a string', '"no"', [{ message: 'no' }]],
  ['plain text', '  no such host', [{ message: 'no such host' }]],
  ['spaces before the JSON', '\n\t{"message":"no"}', [{ message: 'no' }]],
  ['a web page', ' <!doctype html><title>502</title>', []],
  ['nothing', '', []],
  ['an empty list of errors', '{"errors":[]}', []],
  ['null', 'null', []],
  ['a number', '7', []],
])('reads %s', (_, text, told) => {
  expect(readErrors(text)).toEqual(told)
})

test('reads the codes of truncated JSON', () => {
  const text = `{"errors":[{"code":"UNKNOWN","message":"x"},{"code" : "DENIED","message":"${'y'.repeat(70_000)}`
  expect(readErrors(text).map(({ code }) => code)).toEqual(['UNKNOWN', 'DENIED'])
})

test('omits JSON that is nested too deeply', () => {
  const detail = `${'['.repeat(30_000)}${']'.repeat(30_000)}`
  expect(readErrors(`{"errors":[{"code":"A","message":"no","detail":${detail}}]}`)[0]).toMatchObject({
    code: 'A',
    message: expect.stringMatching(/^no/),
  })
})

const body = '{"errors":[{"code":"DENIED"}]}'

function response(bytes: Uint8Array, encoding?: string): WireResponse {
  const headers = encoding === undefined ? {} : { 'content-encoding': encoding }
  return {
    headers,
    body: (async function* () {
      yield bytes
    })(),
  } as unknown as WireResponse
}

test.each([
  ['plain', Buffer.from(body), undefined],
  ['identity', Buffer.from(body), 'identity'],
  ['gzip', gzipSync(body), 'gzip'],
  ['deflate', deflateSync(body), 'Deflate'],
  ['brotli', brotliCompressSync(body), 'br'],
])('decodes a body in %s', async (_, bytes, encoding) => {
  expect(await errorText(response(bytes, encoding))).toBe(body)
})

test('ignores a body that cannot be decoded', async () => {
  expect(await errorText(response(Buffer.from(body), 'gzip'))).toBe('')
})

test('ignores a decompression bomb', async () => {
  expect(await errorText(response(gzipSync(Buffer.alloc(40_000_000)), 'gzip'))).toBe('')
})

test('reads at most 64 KB', async () => {
  expect(await errorText(response(Buffer.alloc(200_000, 'x')))).toHaveLength(65_536)
})

test('ignores a body that breaks', async () => {
  const broken = (async function* () {
    yield Buffer.from(body)
    throw new Error('reset')
  })()
  expect(await errorText({ headers: {}, body: broken } as unknown as WireResponse)).toBe('')
})
