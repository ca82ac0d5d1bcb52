import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ask, ENVIRONMENT } from '../../../../cli/deployed/aws/problem.ts'

const CONFIG = join(import.meta.dirname, 'profiles.ini')

beforeEach(() => {
  vi.stubEnv('AWS_PROFILE', '')
  vi.stubEnv('AWS_CONFIG_FILE', CONFIG)
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere')
})

afterEach(() => vi.unstubAllEnvs())

function thrown(name: string, message: string, code?: string): Error {
  return Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) })
}

test.each([
  [
    'an expired SSO session',
    thrown('TokenProviderError', "Token is expired. To refresh this SSO session run 'aws sso login'"),
    'The SSO session has expired; run: aws sso login --profile prod',
  ],
  [
    'an SSO session that credentials name',
    thrown('CredentialsProviderError', 'The SSO session associated with this profile has expired.'),
    'The SSO session has expired; run: aws sso login --profile prod',
  ],
  ['expired credentials', thrown('ExpiredToken', 'x'), 'The AWS credentials have expired'],
  [
    'a missing permission, by the name that AWS tells',
    thrown('AccessDenied', 'User: x is not authorized to perform: s3:ListBucket on resource: y'),
    'Access denied: the AWS credentials lack the permission s3:ListBucket.',
  ],
  [
    'a missing permission that AWS does not name',
    thrown('AccessDeniedException', 'no'),
    'lack the permission states:StartExecution.',
  ],
  [
    'no credentials',
    thrown('CredentialsProviderError', 'Could not load'),
    'The profile "prod" gives no AWS credentials: Could not load. Check its keys',
  ],
  ['no region', thrown('Error', 'Region is missing'), 'home region of the mirror with --region'],
  ['an empty region', thrown('Error', 'Region not accepted: region="" is not'), 'There is no region'],
  [
    'a network without AWS',
    thrown('Error', 'getaddrinfo ENOTFOUND x', 'ENOTFOUND'),
    'Check the network and --region',
  ],
  ['a limit of the rate', thrown('ThrottlingException', 'Rate exceeded'), 'try again in a minute'],
])('explains %s', async (_, error, words) => {
  await expect(ask('states:StartExecution', Promise.reject(error), 'prod')).rejects.toThrow(words)
})

const answered = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('reason'), { name, $metadata: { httpStatusCode } })

test.each([
  [
    'a fault of AWS',
    answered('InternalFailure', 500),
    'AWS does not answer (x): reason (InternalFailure); try',
  ],
  [
    'a fault without words',
    answered('UnknownError', 503),
    'AWS does not answer (x): status 503 without a reason; try',
  ],
  [
    'a refusal by a proxy',
    answered('Unknown', 403),
    'refused (x): status 403 without a reason. Check the proxy',
  ],
  [
    'a reset connection',
    thrown('Error', 'read ECONNRESET', 'ECONNRESET'),
    'AWS cannot be reached: read ECONNRESET',
  ],
  [
    'a certificate',
    thrown('Error', 'self-signed', 'SELF_SIGNED_CERT_IN_CHAIN'),
    'AWS cannot be reached: the certificate is not valid (SELF_SIGNED_CERT_IN_CHAIN).',
  ],
  [
    "a proxy's page",
    new SyntaxError('Unexpected token <'),
    'The response is not from AWS (x): the response has an unexpected format. Check the proxy',
  ],
])('explains %s', async (_, error, words) => {
  await expect(ask('x', Promise.reject(error), undefined)).rejects.toThrow(words)
})

test('names the endpoints of the environment, which may be wrong', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'foo')
  const error = thrown('TypeError', 'Invalid URL', 'ERR_INVALID_URL')
  await expect(ask('x', Promise.reject(error), undefined)).rejects.toThrow(
    'Check the network, AWS_ENDPOINT_URL_S3 and --region.',
  )
})

test('leaves other errors as they are', async () => {
  const error = thrown('ValidationError', 'Stack does not exist')
  await expect(ask('cloudformation:DescribeStacks', Promise.reject(error), undefined)).rejects.toBe(error)
})

const NONE = thrown('CredentialsProviderError', 'Could not load credentials from any providers')
const IN = `in ${CONFIG} or /nowhere`

test.each([
  ['research', NONE, `There is no profile "research" ${IN}; add it there`],
  ['prd', NONE, `There is no profile "prd" ${IN}; did you mean "prod"?`],
  ['prd', thrown('Error', 'Region is missing'), `There is no profile "prd" ${IN}`],
  ['role', NONE, 'The profile "role" takes its credentials from a profile that does not exist: "missing"'],
  ['typo', thrown('TypeError', "reading 'sso_region'"), 'has an SSO session that does not exist: "crop"'],
  ['loop', NONE, 'The profile "loop" gives no AWS credentials'],
  ['keys', thrown('Error', 'Region is missing'), 'There is no region: give the home region'],
])('explains the profile %s', async (profile, error, words) => {
  await expect(ask('states:StartExecution', Promise.reject(error), profile)).rejects.toThrow(words)
})

test('explains a profile that the environment names', async () => {
  vi.stubEnv('AWS_PROFILE', 'nope')
  await expect(ask('x', Promise.reject(NONE), undefined)).rejects.toThrow('There is no profile "nope"')
})

test('without a profile, says how to give one', async () => {
  await expect(ask('x', Promise.reject(NONE), undefined)).rejects.toThrow('Give a profile with --profile')
})

test.each([
  ['no credentials', NONE, /\. Set AWS_PROFILE to/],
  ['no region', thrown('Error', 'Region is missing'), /: set AWS_REGION, or give the profile a region\.$/],
  ['no network', thrown('Error', 'getaddrinfo', 'ENOTFOUND'), /Check the network and AWS_REGION\.$/],
])('names no flags to commands that have none: %s', async (_, error, words) => {
  const asked = ask('x', Promise.reject(error), undefined, ENVIRONMENT)
  await expect(asked).rejects.toThrow(words)
  await expect(asked).rejects.not.toThrow(' --')
})

test('signs in with the profile that has the session', async () => {
  const sso = thrown('CredentialsProviderError', 'The SSO session token was not found or is invalid.')
  await expect(ask('x', Promise.reject(sso), 'admin')).rejects.toThrow(/aws sso login --profile prod$/)
  const login = thrown(
    'CredentialsProviderError',
    'Failed to refresh token. Please re-authenticate using aws login',
  )
  await expect(ask('x', Promise.reject(login), 'console')).rejects.toThrow(/: aws login --profile console$/)
})

test.each([
  ['us-est-1', 'cloudformation.us-est-1.amazonaws.com', '; did you mean "us-east-1"?'],
  ['cn-nort-1', 'states.cn-nort-1.amazonaws.com.cn', '; did you mean "cn-north-1"?'],
  ['virginia', 'sns.virginia.amazonaws.com', '; give its code, such as "eu-west-1"'],
])('explains the misspelt region %s', async (region, hostname, hint) => {
  const error = Object.assign(thrown('Error', `getaddrinfo ENOTFOUND ${hostname}`, 'ENOTFOUND'), { hostname })
  const words = `"${region}" is not an AWS region${hint}`
  await expect(ask('x', Promise.reject(error), undefined)).rejects.toThrow(words)
})

test('explains a region that cannot be part of a host name', async () => {
  const message = 'Region not accepted: region="us_east_1" is not a valid hostname component.'
  await expect(ask('x', Promise.reject(new Error(message)), undefined)).rejects.toThrow(
    '"us_east_1" is not an AWS region; did you mean "us-east-1"?',
  )
})

test('does not blame a region that exists', async () => {
  const hostname = 'cloudformation.us-east-1.amazonaws.com'
  const error = Object.assign(thrown('Error', 'getaddrinfo ENOTFOUND x', 'ENOTFOUND'), { hostname })
  await expect(ask('x', Promise.reject(error), undefined)).rejects.toThrow('AWS cannot be reached')
})
