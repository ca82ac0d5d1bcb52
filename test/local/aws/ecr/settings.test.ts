import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DescribeRepositoriesCommand,
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
const repositoryName = 'app'

beforeEach(async () => {
  cloud = await startTestCloud()
  await cloud.home.send(new CreateRepositoryCommand({ repositoryName, tags: [{ Key: 'team', Value: 'a' }] }))
})
afterEach(() => cloud[Symbol.asyncDispose]())

test('turns on blob mounting per region; it is off by default', async () => {
  const name = 'BLOB_MOUNTING'
  const value = async (region: string) =>
    (await cloud.client(region).send(new GetAccountSettingCommand({ name }))).value
  expect(await value('us-east-1')).toBe('DISABLED')
  await cloud.home.send(new PutAccountSettingCommand({ name, value: 'ENABLED' }))
  expect([await value('us-east-1'), await value('eu-west-1')]).toEqual(['ENABLED', 'DISABLED'])
})

test.each([
  { name: 'BLOB_MOUNTING', value: 'MAYBE' },
  { name: 'NO_SUCH_SETTING', value: 'ENABLED' },
])('refuses $value for $name', async (input) => {
  await expect(cloud.home.send(new PutAccountSettingCommand(input))).rejects.toMatchObject({
    name: 'InvalidParameterException',
  })
})

test('keeps a lifecycle policy until it is deleted', async () => {
  const missing = { name: 'LifecyclePolicyNotFoundException' }
  await expect(cloud.home.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject(
    missing,
  )
  const selection = { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 }
  const rule = { rulePriority: 1, description: 'x'.repeat(100), selection, action: { type: 'expire' } }
  const lifecyclePolicyText = JSON.stringify({ rules: [rule] })
  await cloud.home.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
  const got = await cloud.home.send(new GetLifecyclePolicyCommand({ repositoryName }))
  expect(JSON.parse(got.lifecyclePolicyText ?? '')).toMatchObject({ rules: [rule] })
  await cloud.home.send(new DeleteLifecyclePolicyCommand({ repositoryName }))
  await expect(cloud.home.send(new GetLifecyclePolicyCommand({ repositoryName }))).rejects.toMatchObject(
    missing,
  )
})

test('changes mutability and scanning later', async () => {
  const imageTagMutabilityExclusionFilters = [{ filterType: 'WILDCARD', filter: 'latest*' }] as const
  await cloud.home.send(
    new PutImageTagMutabilityCommand({
      repositoryName,
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [...imageTagMutabilityExclusionFilters],
    }),
  )
  const imageScanningConfiguration = { scanOnPush: true }
  await cloud.home.send(
    new PutImageScanningConfigurationCommand({ repositoryName, imageScanningConfiguration }),
  )
  const { repositories } = await cloud.home.send(new DescribeRepositoriesCommand({}))
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
      ((await cloud.home.send(new ListTagsForResourceCommand({ resourceArn }))).tags ?? []).map((tag) => [
        tag.Key,
        tag.Value,
      ]),
    )
  await cloud.home.send(
    new TagResourceCommand({
      resourceArn,
      tags: [
        { Key: 'team', Value: 'b' },
        { Key: 'env', Value: 'prod' },
      ],
    }),
  )
  expect(await tags()).toEqual({ team: 'b', env: 'prod' })
  await cloud.home.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team'] }))
  expect(await tags()).toEqual({ env: 'prod' })
})

test('refuses reserved and too many resource tags', async () => {
  const resourceArn = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/app`
  const reserved = new TagResourceCommand({ resourceArn, tags: [{ Key: 'aws:x', Value: '1' }] })
  await expect(cloud.home.send(reserved)).rejects.toMatchObject({ name: 'InvalidTagParameterException' })
  const tags = Array.from({ length: 50 }, (_, n) => ({ Key: `k${n}`, Value: '' }))
  await expect(cloud.home.send(new TagResourceCommand({ resourceArn, tags }))).rejects.toMatchObject({
    name: 'TooManyTagsException',
  })
})
