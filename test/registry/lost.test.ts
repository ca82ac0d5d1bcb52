import { expect, test } from 'vitest'
import { canPass, Lost, lostConnection, STALE } from '../../registry/lost.ts'

const request = { method: 'GET', url: new URL('https://registry.example/v2/?token=secret') }
const broken = (code: string) => Object.assign(new Error(`raw ${code}`), { code })

test.each([
  ['ECONNREFUSED', 'nothing listens there', true],
  ['ECONNRESET', 'the connection was reset', true],
  ['EAI_AGAIN', 'its name cannot be looked up for now', true],
  ['ENOTFOUND', 'there is no such host', false],
  ['CERT_HAS_EXPIRED', 'raw CERT_HAS_EXPIRED', false],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'raw UNABLE_TO_VERIFY_LEAF_SIGNATURE', false],
  ['HPE_INVALID_CONSTANT', 'raw HPE_INVALID_CONSTANT', true],
])('%s is told as "%s", and can pass: %s', (code, words, passes) => {
  const error = lostConnection(request, broken(code), false)
  expect(error).toMatchObject({ kind: 'unavailable', code })
  expect(error.message).toBe(`GET https://registry.example/v2/ failed: ${words}`)
  expect(canPass(error)).toBe(passes)
})

test('of several addresses that were tried, the first tells', () => {
  const error = lostConnection(
    request,
    new AggregateError([broken('ENETUNREACH'), broken('ETIMEDOUT')]),
    false,
  )
  expect(error).toMatchObject({
    code: 'ENETUNREACH',
    message: expect.stringContaining('no way to that network'),
  })
})

test('a connection that was kept too long is told apart from one that timed out', () => {
  expect(lostConnection(request, broken('ECONNRESET'), true).code).toBe(STALE)
  expect(lostConnection(request, new Lost('no answer came', 'ETIMEDOUT'), true).code).toBe('ETIMEDOUT')
})
