import { expect, test } from 'vitest'
import { ConnectionLost, lostConnection, mayRecover, STALE } from '../../../registry/http/lost.ts'

const request = { method: 'GET', url: new URL('https://registry.example/v2/?token=secret') }
const broken = (code: string) => Object.assign(new Error(`raw ${code}`), { code })

test.each([
  ['ECONNREFUSED', 'the connection was refused', true],
  ['ECONNRESET', 'the connection was reset', true],
  ['EAI_AGAIN', 'the DNS lookup failed temporarily', true],
  ['ENOTFOUND', 'the host name does not exist', false],
  ['CERT_NOT_YET_VALID', 'the certificate is not valid (CERT_NOT_YET_VALID)', false],
  ['HPE_INVALID_CONSTANT', 'the response is not valid HTTP (HPE_INVALID_CONSTANT)', true],
])('%s is told as "%s", and can pass: %s', (code, words, passes) => {
  const error = lostConnection(request, broken(code), false)
  expect(error).toMatchObject({ kind: 'unavailable', code })
  expect(error.message).toBe(`GET https://registry.example/v2/ failed: ${words}`)
  expect(mayRecover(error)).toBe(passes)
})

test.each([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_SIGNATURE_FAILURE',
])('reports %s as permanent, with the fix', (code) => {
  const error = lostConnection(request, broken(code), false)
  expect(error.message).toContain('the certificate of registry.example is signed by an unknown authority;')
  expect(error.message).toContain('registries.registry.example.ca')
  expect(mayRecover(error)).toBe(false)
})

test.each([
  ['CERT_HAS_EXPIRED', 'the certificate of registry.example, or of an authority that signed it, has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate of registry.example is for other hosts'],
])('reports %s as permanent: "%s"', (code, words) => {
  const error = lostConnection(request, broken(code), false)
  expect(error.message).toContain(words)
  expect(mayRecover(error)).toBe(false)
})

test('names Docker Hub as in the list', () => {
  const hub = { method: 'GET', url: new URL('https://registry-1.docker.io/v2/') }
  const { message } = lostConnection(hub, broken('SELF_SIGNED_CERT_IN_CHAIN'), false)
  expect(message).toContain('registries.docker.io.ca')
})

test('reports the error of the first address', () => {
  const error = lostConnection(
    request,
    new AggregateError([broken('ENETUNREACH'), broken('ETIMEDOUT')]),
    false,
  )
  expect(error).toMatchObject({
    code: 'ENETUNREACH',
    message: expect.stringContaining('the network is unreachable'),
  })
})

test('distinguishes a stale connection from a timeout', () => {
  expect(lostConnection(request, broken('ECONNRESET'), true).code).toBe(STALE)
  expect(lostConnection(request, new ConnectionLost('no response', 'ETIMEDOUT'), true).code).toBe('ETIMEDOUT')
})
