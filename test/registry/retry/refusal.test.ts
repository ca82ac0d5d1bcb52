import { expect, test } from 'vitest'
import type { WireResponse } from '../../../registry/http/transport.ts'
import type { RegistryErrorKind } from '../../../registry/model/errors.ts'
import { refusal } from '../../../registry/retry/refusal.ts'

function refused(status: number, body: unknown = '', headers: Record<string, string> = {}) {
  const url = new URL('https://registry.example/v2/team/app/manifests/v1?token=secret')
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return refusal('GET', { status, headers, url } as unknown as WireResponse, text, 0)
}

const oci = (code: string, message = '') => ({ errors: [{ code, message }] })

test.each<[number, unknown, RegistryErrorKind]>([
  [400, '', 'refused'],
  [400, oci('NAME_INVALID'), 'refused'],
  [400, oci('MANIFEST_INVALID'), 'refused'],
  [400, oci('DIGEST_INVALID'), 'invalidContent'],
  [400, oci('MANIFEST_BLOB_UNKNOWN'), 'contentMissing'],
  [404, oci('MANIFEST_BLOB_UNKNOWN'), 'contentMissing'],
  [400, oci('UNKNOWN', 'LayersNotFoundException: layers do not exist'), 'contentMissing'],
  [400, oci('UNKNOWN', 'ReferencedImagesNotFoundException'), 'contentMissing'],
  [
    400,
    oci(
      'TAG_INVALID',
      "The image tag 'x' already exists and cannot be overwritten because the repository is immutable.",
    ),
    'tagImmutable',
  ],
  [400, oci('TAG_INVALID', 'the tag is too long'), 'refused'],
  [401, '', 'unauthorized'],
  [403, '', 'unauthorized'],
  [403, oci('TOOMANYREQUESTS'), 'rateLimited'],
  [404, '', 'notFound'],
  [404, oci('BLOB_UPLOAD_UNKNOWN'), 'unavailable'],
  [416, oci('BLOB_UPLOAD_INVALID'), 'unavailable'],
  [416, oci('BLOB_UPLOAD_INVALID', 'request body is too large: 4.00MiB'), 'refused'],
  [405, '', 'unsupported'],
  [415, '', 'unsupported'],
  [409, '', 'refused'],
  [413, '', 'refused'],
  [408, '', 'unavailable'],
  [425, '', 'unavailable'],
  [429, '<html>', 'rateLimited'],
  [400, oci('UNKNOWN', 'Rate exceeded'), 'rateLimited'],
  [500, '', 'unavailable'],
  [500, oci('UNSUPPORTED'), 'unavailable'],
  [501, '', 'unsupported'],
  [502, '', 'unavailable'],
  [503, '', 'unavailable'],
  [504, '', 'unavailable'],
])('%i with %j is %s', (status, body, kind) => {
  expect(refused(status, body)).toMatchObject({ kind, status })
})

test('the message has the request, the status, the code and the words, but no query', () => {
  const body = oci('MANIFEST_UNKNOWN', 'manifest unknown')
  expect(refused(404, body).message).toBe(
    'GET https://registry.example/v2/team/app/manifests/v1 was answered 404 MANIFEST_UNKNOWN: manifest unknown',
  )
})

test('a refusal of credentials says what to look at', () => {
  expect(refused(401).message).toMatch(/401; the repository may not exist, or these credentials/)
})

test('the words are kept short, on one line, and without signatures', () => {
  const body = oci('DENIED', `no\n\tway ${'x'.repeat(1000)}`)
  expect(refused(403, body).message.length).toBeLessThan(600)
  expect(refused(403, body).message).not.toMatch(/\n|\t/)
  const signed = oci('UNKNOWN', 'GET "https://bucket.example/blob?X-Amz-Signature=secret" failed')
  expect(refused(400, signed).message).toContain('https://bucket.example/blob?…')
  expect(refused(400, signed).message).not.toContain('secret')
})

test('a web page says nothing', () => {
  expect(refused(502, '<html><body>nginx</body></html>').message).toMatch(/was answered 502$/)
})

test.each([['{"message":"no"}'], ['{"errors":[]}'], ['{"errors":"x"}'], ['null'], ['{']])(
  'a body like %s is no surprise',
  (body) => {
    expect(refused(400, body)).toMatchObject({ kind: 'refused', code: undefined })
  },
)

test('how long to wait is told for what can pass', () => {
  expect(refused(503, '', { 'retry-after': '7' }).retryAfterSeconds).toBe(7)
  expect(refused(429, '', { 'retry-after': '7' })).toMatchObject({
    retryAfterSeconds: 7,
    quotaExhausted: false,
  })
  expect(refused(404, '', { 'retry-after': '7' }).retryAfterSeconds).toBeUndefined()
})
