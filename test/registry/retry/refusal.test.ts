import { expect, test } from 'vitest'
import type { WireResponse } from '../../../registry/http/transport.ts'
import type { RegistryErrorKind } from '../../../registry/model/errors.ts'
import { refusal } from '../../../registry/retry/refusal.ts'

function answered(method: string, status: number, body: unknown = '', headers: Record<string, string> = {}) {
  const url = new URL('https://registry.example/v2/team/app/manifests/v1?token=secret')
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return refusal(method, { status, headers, url } as unknown as WireResponse, text, 0)
}
const refused = (status: number, body?: unknown, headers?: Record<string, string>) =>
  answered('GET', status, body, headers)

const oci = (code: string, message = '') => ({ errors: [{ code, message }] })
const several = (...codes: string[]) => ({ errors: codes.map((code) => ({ code, message: 'so it is' })) })

/** Refusals with the same meaning for reads and writes. */
test.each<[number, unknown, RegistryErrorKind]>([
  [400, '', 'refused'],
  [400, oci('NAME_INVALID'), 'refused'],
  [400, oci('NAME_UNKNOWN'), 'notFound'],
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
  [401, oci('MANIFEST_UNKNOWN'), 'unauthorized'],
  [402, '', 'unauthorized'],
  [403, '', 'unauthorized'],
  [403, oci('TOOMANYREQUESTS'), 'rateLimited'],
  [403, oci('UNSUPPORTED'), 'unauthorized'],
  [404, '', 'notFound'],
  [404, oci('NAME_UNKNOWN'), 'notFound'],
  [407, '', 'unauthorized'],
  [410, '', 'notFound'],
  [412, oci('PROJECTPOLICYVIOLATION'), 'refused'],
  [413, '', 'refused'],
  [418, '', 'refused'],
  [422, '', 'refused'],
  [451, '', 'unauthorized'],
  [416, oci('BLOB_UPLOAD_INVALID'), 'unavailable'],
  [416, oci('BLOB_UPLOAD_INVALID', 'request body is too large: 4.00MiB'), 'refused'],
  ...[408, 409, 421, 423, 425, 499, 500, 502, 503, 504, 506, 507, 508, 511, 520, 526, 530, 599].map(
    (status): [number, unknown, RegistryErrorKind] => [status, '', 'unavailable'],
  ),
  [429, '<html>', 'rateLimited'],
  [429, oci('DENIED'), 'rateLimited'],
  [400, oci('UNKNOWN', 'Rate exceeded'), 'rateLimited'],
  [500, oci('UNSUPPORTED'), 'unavailable'],
  [500, oci('DENIED'), 'unavailable'],
  [503, oci('TOOMANYREQUESTS'), 'rateLimited'],
  [507, oci('MANIFEST_UNKNOWN'), 'unavailable'],
])('%i with %j is %s', (status, body, kind) => {
  expect(answered('GET', status, body)).toMatchObject({ kind, status })
  expect(answered('PUT', status, body)).toMatchObject({ kind, status })
})

/** Refusals with different meanings for writes and reads. */
test.each<[number, unknown, RegistryErrorKind, RegistryErrorKind]>([
  [400, oci('MANIFEST_INVALID'), 'unsupported', 'refused'],
  [400, oci('MANIFEST_UNVERIFIED'), 'unsupported', 'refused'],
  [400, oci('DIGEST_INVALID'), 'invalidContent', 'refused'],
  [400, oci('SIZE_INVALID'), 'invalidContent', 'refused'],
  [400, oci('MANIFEST_BLOB_UNKNOWN'), 'contentMissing', 'notFound'],
  [404, oci('MANIFEST_BLOB_UNKNOWN'), 'contentMissing', 'notFound'],
  [500, oci('MANIFEST_BLOB_UNKNOWN'), 'contentMissing', 'unavailable'],
  [400, oci('UNKNOWN', 'LayersNotFoundException: layers do not exist'), 'contentMissing', 'notFound'],
  [400, oci('UNKNOWN', 'ReferencedImagesNotFoundException'), 'contentMissing', 'notFound'],
  [404, oci('BLOB_UPLOAD_UNKNOWN'), 'unavailable', 'notFound'],
  [404, oci('DENIED'), 'unauthorized', 'notFound'],
  [405, '', 'unsupported', 'refused'],
  [406, '', 'unsupported', 'refused'],
  [415, '', 'unsupported', 'refused'],
  [501, '', 'unsupported', 'refused'],
  [505, '', 'unsupported', 'refused'],
])('maps %i with %j to %s for writes and %s for reads', (status, body, written, asked) => {
  expect(answered('PUT', status, body).kind).toBe(written)
  expect(answered('PATCH', status, body).kind).toBe(written)
  expect(answered('GET', status, body).kind).toBe(asked)
  expect(answered('HEAD', status, body).kind).toBe(asked)
})

test.each<[string[], RegistryErrorKind, string]>([
  [['UNKNOWN', 'MANIFEST_BLOB_UNKNOWN', 'DENIED'], 'contentMissing', 'MANIFEST_BLOB_UNKNOWN'],
  [['UNKNOWN', 'UNKNOWN', 'TOOMANYREQUESTS'], 'rateLimited', 'TOOMANYREQUESTS'],
  [['DENIED', 'TOOMANYREQUESTS'], 'unauthorized', 'DENIED'],
  [['constructor', '__proto__', 'DENIED'], 'unauthorized', 'DENIED'],
  [['ONE', 'TWO', 'THREE'], 'refused', 'ONE'],
])('decides by the first known error of %j, and shows all', (codes, kind, code) => {
  const error = answered('PUT', 400, several(...codes))
  expect(error).toMatchObject({ kind, code })
  for (const each of codes) expect(error.message).toContain(`${each}: so it is`)
})

test('shows some of a hundred errors, including the decisive one', () => {
  const codes = Array.from({ length: 99 }, (_, index) => `CODE_${index}`)
  const { message, kind } = answered('PUT', 400, several(...codes, 'DENIED'))
  expect(kind).toBe('unauthorized')
  expect(message).toMatch(/400 DENIED: so it is; CODE_0: so it is; .*; and 95 more$/)
})

test('shows a repeated error once', () => {
  expect(refused(400, several('ODD', 'ODD')).message).toMatch(/returned 400 ODD: so it is$/)
})

test('quotes codes without escapes and line ends, and truncates them', () => {
  const { message, code } = refused(400, oci(`X\u001b[2J\u001b]0;t\u0007\nY${'Z'.repeat(10_000)}`, 'no'))
  expect(message).not.toMatch(/\p{Cc}/u)
  expect(message.length).toBeLessThan(300)
  expect(code).toMatch(/^X \[2J \]0;t YZ+…$/)
})

test('has the request, status, code and text in the message, without the query', () => {
  const body = oci('MANIFEST_UNKNOWN', 'manifest unknown')
  expect(refused(404, body).message).toBe(
    'GET https://registry.example/v2/team/app/manifests/v1 returned 404 MANIFEST_UNKNOWN: manifest unknown',
  )
  const detailed = { errors: [{ code: 'ODD', message: 'no', detail: { Name: 'x' } }] }
  expect(refused(400, detailed).message).toMatch(/returned 400 ODD: no, \{"Name":"x"\}$/)
})

test('says what to check if credentials are refused', () => {
  expect(refused(401).message).toMatch(
    /401; the repository may not exist, or may not be accessible with these credentials/,
  )
})

test('keeps the text short, on one line and without signatures', () => {
  const body = oci('DENIED', `no\n\tway ${'x'.repeat(1000)}`)
  expect(refused(403, body).message.length).toBeLessThan(600)
  expect(refused(403, body).message).not.toMatch(/\n|\t/)
  const signed = oci('UNKNOWN', 'GET "https://bucket.example/blob?X-Amz-Signature=secret" failed')
  expect(refused(400, signed).message).toContain('https://bucket.example/blob?…')
  expect(refused(400, signed).message).not.toContain('secret')
})

test('ignores HTML', () => {
  expect(refused(502, '<html><body>nginx</body></html>').message).toMatch(/returned 502$/)
})

test.each([['{"message":"no"}'], ['{"errors":[]}'], ['{"errors":"x"}'], ['null'], ['{']])(
  'tolerates the body %s',
  (body) => {
    expect(refused(400, body)).toMatchObject({ kind: 'refused', code: undefined })
  },
)

test('reports the wait for temporary errors', () => {
  expect(refused(503, '', { 'retry-after': '7' }).retryAfterSeconds).toBe(7)
  expect(refused(429, '', { 'retry-after': '7' })).toMatchObject({
    retryAfterSeconds: 7,
    quotaExhausted: false,
  })
  expect(refused(404, '', { 'retry-after': '7' }).retryAfterSeconds).toBeUndefined()
})
