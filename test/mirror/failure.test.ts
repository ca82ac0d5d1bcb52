// Which of our names an error has.
import { expect, test } from 'vitest'
import { ErrorName } from '../../mirror/contract.ts'
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
  [{ kind: 'refused' }, 'InvalidImage'],
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
