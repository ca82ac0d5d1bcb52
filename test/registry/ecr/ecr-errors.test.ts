import { expect, test } from 'vitest'
import { ecrError } from '../../../registry/ecr/ecr-errors.ts'
import { RegistryError } from '../../../registry/model/errors.ts'

function sdkError(name: string, extra: object = {}): Error {
  return Object.assign(new Error('what AWS said'), { name, ...extra })
}

test.each([
  ['ThrottlingException', 'rateLimited'],
  ['TooManyRequestsException', 'rateLimited'],
  ['RepositoryNotFoundException', 'notFound'],
  ['AccessDeniedException', 'unauthorized'],
  ['ExpiredTokenException', 'unauthorized'],
  ['UnrecognizedClientException', 'unauthorized'],
  ['CredentialsProviderError', 'unauthorized'],
  ['KmsException', 'unauthorized'],
  ['ServerException', 'unavailable'],
  ['TimeoutError', 'unavailable'],
  ['InvalidParameterException', 'refused'],
  ['LimitExceededException', 'refused'],
])('maps %s to %s', (name, kind) => {
  expect(ecrError(sdkError(name), 'eu-west-1', 'team/app')).toMatchObject({
    kind,
    message: `ECR in eu-west-1, repository team/app: what AWS said (${name})`,
  })
})

test('classifies unknown errors by status or network code', () => {
  const status = { $metadata: { httpStatusCode: 503 } }
  expect(ecrError(sdkError('UnknownError', status), 'eu-west-1')).toMatchObject({
    kind: 'unavailable',
    status: 503,
  })
  expect(ecrError(sdkError('Error', { code: 'ECONNREFUSED' }), 'eu-west-1')).toMatchObject({
    kind: 'unavailable',
  })
})

test('uses ECR’s error names as codes, except NAME_UNKNOWN', () => {
  expect(ecrError(sdkError('LimitExceededException'), 'eu-west-1')).toMatchObject({
    code: 'LimitExceededException',
  })
  expect(ecrError(sdkError('RepositoryNotFoundException'), 'eu-west-1')).toMatchObject({
    code: 'NAME_UNKNOWN',
  })
})

test('returns RegistryErrors and aborts unchanged', () => {
  for (const error of [new RegistryError('x', { kind: 'unsafe' }), sdkError('AbortError'), 'text']) {
    expect(ecrError(error, 'eu-west-1')).toBe(error)
  }
})
