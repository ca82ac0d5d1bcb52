// Maps errors to our error names.
import { expect, test } from 'vitest'
import { ErrorName } from '../../mirror/error-name.ts'
import { describeFailure, isRegistryError, namedError, shortened } from '../../mirror/failure.ts'
import { RegistryError, type RegistryErrorInit } from '../../registry/model/errors.ts'

test.each<[RegistryErrorInit, ErrorName]>([
  [{ kind: 'notFound' }, 'SourceNotFound'],
  [{ kind: 'unauthorized' }, 'AccessDenied'],
  [{ kind: 'rateLimited' }, 'RateLimited'],
  [{ kind: 'unavailable' }, 'RegistryUnavailable'],
  [{ kind: 'invalidContent' }, 'InvalidImage'],
  [{ kind: 'unsupported' }, 'InvalidImage'],
  [{ kind: 'tagImmutable' }, 'TagConflict'],
  [{ kind: 'contentMissing' }, 'RegistryUnavailable'],
  [{ kind: 'refused' }, 'RequestRefused'],
  [
    { kind: 'refused', code: 'NAME_INVALID', request: 'GET https://r.example/v2/a/tags/list' },
    'RequestRefused',
  ],
  [
    { kind: 'refused', code: 'TAG_INVALID', request: 'HEAD https://r.example/v2/a/manifests/1' },
    'RequestRefused',
  ],
  [{ kind: 'refused', code: 'NAME_INVALID' }, 'InvalidTarget'],
  [{ kind: 'refused', code: 'LimitExceededException' }, 'InvalidTarget'],
  [{ kind: 'unsafe' }, 'UnsafeRedirect'],
])('a registry error %j is %s', (init, name) => {
  expect(describeFailure(new RegistryError('why', init))).toEqual({ name, message: 'why' })
})

test('how long a registry asked to wait is kept', () => {
  const error = new RegistryError('slow down', { kind: 'rateLimited', retryAfterSeconds: 30 })
  expect(describeFailure(error)).toEqual({ name: 'RateLimited', message: 'slow down', retryAfterSeconds: 30 })
})

test.each([
  ['AccessDeniedException', 'AccessDenied'],
  ['ExpiredTokenException', 'AccessDenied'],
  ['CredentialsProviderError', 'AccessDenied'],
  ['ThrottlingException', 'RateLimited'],
  ['TooManyRequestsException', 'RateLimited'],
  ['LimitExceededException', 'InvalidTarget'],
  ['InvalidParameterException', 'InvalidTarget'],
  ['TypeError', 'TypeError'],
  ['SourceNotFound', 'SourceNotFound'],
])('an error that is called %s is %s', (given, name) => {
  const error = Object.assign(new Error('why'), { name: given })
  expect(describeFailure(error).name).toBe(name)
})

test.each([
  [
    new SyntaxError('Unexpected token \'<\', "<html>" is not valid JSON'),
    'AnswerUnreadable',
    /unexpected format/,
  ],
  [
    new Error(
      "char '&' is not expected.\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.",
    ),
    'AnswerUnreadable',
    /^the response has an unexpected format$/,
  ],
  [
    Object.assign(
      new Error('write EPROTO 00:error:0A00010B:SSL routines::wrong version number:../deps/openssl/x.c:355:'),
      { code: 'EPROTO' },
    ),
    'Error',
    /^the TLS connection failed \(EPROTO\)$/,
  ],
  [
    Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
    'Error',
    /^the certificate is not valid \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/,
  ],
])('%s of a library is told in words for people', (error, name, message) => {
  const failure = describeFailure(error)
  expect(failure.name).toBe(name)
  expect(failure.message).toMatch(message)
})

test('the words of a service are quoted: no control characters, and a bounded length', () => {
  const error = Object.assign(new Error(`no\u001b[2J\u202e way ${'x'.repeat(100_000)}`), { $metadata: {} })
  const { message } = describeFailure(error)
  expect(message).toMatch(/^no \[2J way x+…$/)
  expect(message.length).toBeLessThan(400)
})

test('a message of several lines keeps them, and nothing that a terminal obeys', () => {
  const message = 'two problems:\n- one\u001b[31m\n- two\u2066'
  expect(describeFailure(namedError(ErrorName.InvalidInput, message)).message).toBe(
    'two problems:\n- one [31m\n- two ',
  )
})

test('what is no error at all is told as it is', () => {
  expect(describeFailure('why')).toEqual({ name: 'Error', message: 'why' })
})

test('a named error keeps its cause', () => {
  const cause = new Error('first')
  const error = namedError(ErrorName.InvalidImage, 'second', cause)
  expect([error.name, error.message, error.cause]).toEqual(['InvalidImage', 'second', cause])
})

test('registry errors are known by their fields', () => {
  const error = new RegistryError('why', { kind: 'notFound' })
  expect([
    isRegistryError(error),
    isRegistryError(error, 'notFound'),
    isRegistryError(error, 'unsafe'),
  ]).toEqual([true, true, false])
  expect(isRegistryError(new Error('why'))).toBe(false)
})

test('a message that travels is cut, and has no characters that nobody can read', () => {
  expect(shortened('short\nand plain', 100)).toBe('short\nand plain')
  expect(shortened('x'.repeat(101), 100)).toBe(`${'x'.repeat(97)}...`)
  expect(shortened('a\u0000b\u001b[31m\r\tc', 100)).toBe('a b [31m  c')
})

test.each(['"', '\\', '\u0000', '€', '😀', '\ud800', '\n'])(
  'a thousand characters take at most four thousand bytes, in JSON within JSON: %j',
  (character) => {
    const message = shortened(character.repeat(2_000), 1_000)
    const travelling = JSON.stringify(JSON.stringify(message))
    expect(Buffer.byteLength(travelling)).toBeLessThanOrEqual(4_000 + '"\\"\\""'.length)
    expect(message.isWellFormed()).toBe(true)
  },
)
