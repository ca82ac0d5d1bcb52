import { expect, test } from 'vitest'
import { ask } from '../../../cli/deployed/aws/problem.ts'

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
  ['no credentials', thrown('CredentialsProviderError', 'Could not load'), 'There are no AWS credentials'],
  ['no region', thrown('Error', 'Region is missing'), 'home region of the mirror with --region'],
  [
    'a wrong region',
    thrown('Error', 'getaddrinfo ENOTFOUND x', 'ENOTFOUND'),
    'Check the network and --region',
  ],
  ['a limit of the rate', thrown('ThrottlingException', 'Rate exceeded'), 'try again in a minute'],
])('explains %s', async (_, error, words) => {
  await expect(ask('states:StartExecution', Promise.reject(error), 'prod')).rejects.toThrow(words)
})

test('leaves other errors as they are', async () => {
  const error = thrown('ValidationError', 'Stack does not exist')
  await expect(ask('cloudformation:DescribeStacks', Promise.reject(error), undefined)).rejects.toBe(error)
})
