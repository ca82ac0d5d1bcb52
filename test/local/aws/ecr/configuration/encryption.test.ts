// The encryption of repositories of the embedded ECR, and the calls to KMS that it makes for the caller.
import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT, startTestCloud, type TestCloud } from '../cloud.ts'

let cloud: TestCloud
const repositoryName = 'app'
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`

beforeEach(async () => {
  cloud = await startTestCloud()
})
afterEach(() => cloud[Symbol.asyncDispose]())

const create = (encryptionConfiguration: { encryptionType: 'AES256' | 'KMS'; kmsKey?: string }) =>
  cloud.client().send(new CreateRepositoryCommand({ repositoryName, encryptionConfiguration }))
const kmsCalls = () => cloud.ecr.calls.filter(({ service }) => service === 'kms')

test('describes a key and makes two grants on it in the name of the caller', async () => {
  const { repository } = await create({ encryptionType: 'KMS', kmsKey: KEY })
  expect(repository?.encryptionConfiguration).toEqual({ encryptionType: 'KMS', kmsKey: KEY })
  expect(
    kmsCalls().map(({ action, resource, accessKeyId, via }) => [action, resource, accessKeyId, via]),
  ).toEqual([
    ['DescribeKey', KEY, 'AKIDTEST', 'ecr'],
    ['CreateGrant', KEY, 'AKIDTEST', 'ecr'],
    ['CreateGrant', KEY, 'AKIDTEST', 'ecr'],
  ])
})

test("returns the ARN of ECR's own key if no other is named", async () => {
  await create({ encryptionType: 'KMS' })
  const { repositories } = await cloud.client().send(new DescribeRepositoriesCommand({}))
  expect(repositories?.[0]?.encryptionConfiguration?.kmsKey).toMatch(/^arn:aws:kms:us-east-1:\d{12}:key\//)
  expect(kmsCalls()).toEqual([])
})

test('refuses a key of another region, and leaves no repository', async () => {
  const kmsKey = KEY.replace('us-east-1', 'eu-west-1')
  await expect(create({ encryptionType: 'KMS', kmsKey })).rejects.toMatchObject({ name: 'KmsException' })
  const { repositories } = await cloud.client().send(new DescribeRepositoriesCommand({}))
  expect(repositories).toEqual([])
})

test('refuses a key for AES256', async () => {
  await expect(create({ encryptionType: 'AES256', kmsKey: KEY })).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})
