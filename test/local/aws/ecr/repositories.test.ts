import {
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  paginateDescribeRepositories,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT, startTestCloud, type TestCloud } from './cloud.ts'
import { seedImage } from './seed.ts'

let cloud: TestCloud
beforeEach(async () => {
  cloud = await startTestCloud()
})
afterEach(() => cloud[Symbol.asyncDispose]())

const create = (repositoryName: string) => cloud.home.send(new CreateRepositoryCommand({ repositoryName }))

test('creates and describes a repository with its settings', async () => {
  const settings = {
    repositoryName: 'team/app',
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfiguration: { encryptionType: 'KMS', kmsKey: `arn:aws:kms:us-east-1:${ACCOUNT}:key/own` },
  } as const
  const { repository } = await cloud.home.send(new CreateRepositoryCommand(settings))
  expect(repository).toMatchObject({
    ...settings,
    registryId: ACCOUNT,
    repositoryArn: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/team/app`,
    repositoryUri: `${cloud.ecr.registries['us-east-1']}/team/app`,
    createdAt: expect.any(Date),
  })
  const described = await cloud.home.send(new DescribeRepositoriesCommand({ repositoryNames: ['team/app'] }))
  expect(described.repositories).toEqual([repository])
})

test("applies ECR's defaults", async () => {
  const { repository } = await create('app')
  expect(repository).toMatchObject({
    imageTagMutability: 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: false },
    encryptionConfiguration: { encryptionType: 'AES256' },
  })
})

test('refuses to create a repository twice', async () => {
  const made = await Promise.allSettled([create('app'), create('app')])
  expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  await expect(create('app')).rejects.toMatchObject({
    name: 'RepositoryAlreadyExistsException',
    message: `The repository with name 'app' already exists in the registry with id '${ACCOUNT}'`,
  })
})

test.each(['Upper', 'a__b', 'a--b', '-a', 'a/', 'a'])('refuses the repository name "%s"', async (name) => {
  await expect(create(name)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: expect.stringContaining("Invalid parameter at 'repositoryName' failed to satisfy constraint"),
  })
})

test('fails to describe a missing repository', async () => {
  await create('app')
  const command = new DescribeRepositoriesCommand({ repositoryNames: ['app', 'nobody'] })
  await expect(cloud.home.send(command)).rejects.toMatchObject({
    name: 'RepositoryNotFoundException',
    message: `The repository with name 'nobody' does not exist in the registry with id '${ACCOUNT}'`,
  })
})

test('lists repositories in pages', async () => {
  const names = ['a1', 'b2', 'c3', 'd4', 'e5']
  for (const name of names) await create(name)
  const pages = []
  for await (const page of paginateDescribeRepositories({ client: cloud.home, pageSize: 2 }, {})) {
    pages.push(page.repositories?.map(({ repositoryName }) => repositoryName))
  }
  expect(pages).toEqual([['a1', 'b2'], ['c3', 'd4'], ['e5']])
})

test('refuses an unknown page token', async () => {
  const command = new DescribeRepositoriesCommand({ nextToken: 'made up' })
  await expect(cloud.home.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' })
})

test('deletes a repository with images only by force', async () => {
  await create('app')
  await seedImage(await cloud.store(), 'app', 'latest')
  await expect(cloud.home.send(new DeleteRepositoryCommand({ repositoryName: 'app' }))).rejects.toMatchObject(
    {
      name: 'RepositoryNotEmptyException',
    },
  )
  await cloud.home.send(new DeleteRepositoryCommand({ repositoryName: 'app', force: true }))
  expect((await cloud.home.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([])
})

test('refuses access to the registry of another account', async () => {
  const command = new DescribeRepositoriesCommand({ registryId: '999999999999' })
  await expect(cloud.home.send(command)).rejects.toMatchObject({ name: 'AccessDeniedException' })
})
