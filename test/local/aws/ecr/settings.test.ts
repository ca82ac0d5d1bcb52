import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetAccountSettingCommand,
  GetLifecyclePolicyCommand,
  ListTagsForResourceCommand,
  PutAccountSettingCommand,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT, startTestCloud, type TestCloud } from './cloud.ts'

let cloud: TestCloud
let ecr: ECRClient
const repositoryName = 'app'

beforeEach(async () => {
  cloud = await startTestCloud()
  ecr = cloud.client()
  await ecr.send(new CreateRepositoryCommand({ repositoryName, tags: [{ Key: 'team', Value: 'a' }] }))
})
afterEach(() => cloud[Symbol.asyncDispose]())

test('turns on blob mounting per region; it is off by default', async () => {
  const name = 'BLOB_MOUNTING'
  const value = async (region: string) =>
    (await cloud.client(region).send(new GetAccountSettingCommand({ name }))).value
  expect(await value('us-east-1')).toBe('DISABLED')
  await ecr.send(new PutAccountSettingCommand({ name, value: 'ENABLED' }))
  expect([await value('us-east-1'), await value('eu-west-1')]).toEqual(['ENABLED', 'DISABLED'])
})

test.each([
  { name: 'BLOB_MOUNTING', value: 'MAYBE' },
  { name: 'NO_SUCH_SETTING', value: 'ENABLED' },
])('refuses $value for $name', async (input) => {
  await expect(ecr.send(new PutAccountSettingCommand(input))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('keeps a lifecycle policy unchanged until it is deleted', async () => {
  await expect(ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject({
    name: 'LifecyclePolicyNotFoundException',
  })
  const lifecyclePolicyText = JSON.stringify({ rules: [{ rulePriority: 1, description: 'x'.repeat(100) }] })
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
  const got = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))
  expect(got.lifecyclePolicyText).toBe(lifecyclePolicyText)
  await ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName }))
  await expect(ecr.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toThrow()
})

test('changes mutability and scanning later', async () => {
  const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD', filter: 'latest*' }] as const
  await ecr.send(
    new PutImageTagMutabilityCommand({
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [...imageTagMutabilityExclusionFilters],
    }),
  )
  const imageScanningConfiguration = { scanOnPush: true }
  await ecr.send(new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }))
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}))
  expect(repositories?.[0]).toMatchObject({
    imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
    imageTagMutabilityExclusionFilters,
    imageScanningConfiguration,
  })
})

test('adds, replaces and removes resource tags', async () => {
  const resourceArn = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/app`
  const tags = async () =>
    Object.fromEntries(
      ((await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags ?? []).map((tag) => [
        tag.Key,
        tag.Value,
      ]),
    )
  await ecr.send(
    new TagResourceCommand({
      resourceArn,
      tags: [
        { Key: 'team', Value: 'b' },
        { Key: 'env', Value: 'prod' },
      ],
    }),
  )
  expect(await tags()).toEqual({ team: 'b', env: 'prod' })
  await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }))
  expect(await tags()).toEqual({ env: 'prod' })
})
