// Repository policies as the embedded ECR refuses and returns them.
import {
  CreateRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  GetRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../cloud.ts'

let cloud: TestCloud
const repositoryName = 'app'

beforeEach(async () => {
  cloud = await startTestCloud()
  await cloud.client().send(new CreateRepositoryCommand({ repositoryName }))
})
afterEach(() => cloud[Symbol.asyncDispose]())

const STATEMENT = {
  Sid: 'Pull',
  Effect: 'Allow',
  Principal: { AWS: ['111122223333', 'arn:aws:iam::444455556666:role/x'] },
  Action: ['ecr:BatchGetImage', 'ecr:PutImage'],
}
const set = (Statement: unknown, more: object = {}) => {
  const policyText = JSON.stringify({ Version: '2012-10-17', Statement, ...more })
  return cloud.client().send(new SetRepositoryPolicyCommand({ repositoryName, policyText }))
}
const get = () => cloud.client().send(new GetRepositoryPolicyCommand({ repositoryName }))

test('returns ids of accounts as ARNs, lists in another order, and single elements without a list', async () => {
  await set({ ...STATEMENT, Condition: { StringEquals: { 'aws:PrincipalOrgID': ['o-a'] } } })
  expect(JSON.parse((await get()).policyText ?? '')).toMatchObject({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Pull',
        Principal: { AWS: ['arn:aws:iam::444455556666:role/x', 'arn:aws:iam::111122223333:root'] },
        Action: ['ecr:PutImage', 'ecr:BatchGetImage'],
      },
    ],
  })
  await set([{ ...STATEMENT, Action: ['ecr:PutImage'] }])
  expect(JSON.parse((await get()).policyText ?? '').Statement[0].Action).toBe('ecr:PutImage')
})

test('has no policy before the first and after the last one', async () => {
  await expect(get()).rejects.toMatchObject({ name: 'RepositoryPolicyNotFoundException' })
  await set([STATEMENT])
  await cloud.client().send(new DeleteRepositoryPolicyCommand({ repositoryName }))
  await expect(get()).rejects.toMatchObject({ name: 'RepositoryPolicyNotFoundException' })
})

test.each<[string, unknown]>([
  ['a resource', [{ ...STATEMENT, Resource: '*' }]],
  ['no principal', [{ ...STATEMENT, Principal: undefined }]],
  ['actions of other services', [{ ...STATEMENT, Action: 's3:GetObject' }]],
  ['a name twice', [STATEMENT, STATEMENT]],
  ['no statement', []],
  ['an unknown effect', [{ ...STATEMENT, Effect: 'allow' }]],
  ['more than 10,240 characters', Array.from({ length: 90 }, (_, n) => ({ ...STATEMENT, Sid: `S${n}` }))],
])('refuses %s', async (_, statements) => {
  await expect(set(statements)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining('Invalid repository policy provided'),
  })
})

test('reports a missing repository', async () => {
  const missing = new GetRepositoryPolicyCommand({ repositoryName: 'none' })
  await expect(cloud.client().send(missing)).rejects.toMatchObject({ name: 'RepositoryNotFoundException' })
})
