import { DescribeRepositoriesCommand, ListTagsForResourceCommand } from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OnRequest } from '../../../local/aws/call.ts'
import type { CreateSettings, Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const SETTINGS: CreateSettings = { immutableTags: true, scanOnPush: true, tags: { owner: 'mirror' } }
const REGION = 'eu-west-1'

let cloud: EcrCloud
let registries: Registries
let onRequest: OnRequest

beforeEach(async () => {
  onRequest = () => undefined
  cloud = await startEcrCloud({ onRequest: (call) => onRequest(call) })
  registries = createRegistries()
})

afterEach(async () => {
  await registries.close()
  await cloud[Symbol.asyncDispose]()
})

const made = () => cloud.actions().filter((action) => action === 'CreateRepository')
const denied: OnRequest = ({ action }) => {
  if (action !== 'CreateRepository') return undefined
  const body = JSON.stringify({
    __type: 'AccessDeniedException',
    message: 'not authorized to perform CreateRepository',
  })
  return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body }
}

test('creates a repository with its settings', async () => {
  await (await registries.ecr(REGION, 'team/app')).ensure(SETTINGS)
  const client = cloud.client(REGION)
  const { repositories } = await client.send(new DescribeRepositoriesCommand({}))
  const [repository] = repositories ?? []
  expect(repository).toMatchObject({
    repositoryName: 'team/app',
    imageTagMutability: 'IMMUTABLE',
    imageScanningConfiguration: { scanOnPush: true },
  })
  const { tags } = await client.send(
    new ListTagsForResourceCommand({ resourceArn: repository?.repositoryArn ?? '' }),
  )
  expect(tags).toEqual([{ Key: 'owner', Value: 'mirror' }])
})

test('row 52: creates a repository once per process', async () => {
  const [one, other] = await Promise.all([
    registries.ecr(REGION, 'team/app'),
    registries.ecr(REGION, 'team/app'),
  ])
  await Promise.all([one.ensure(SETTINGS), other.ensure(SETTINGS), one.ensure(SETTINGS)])
  await one.ensure(SETTINGS)
  expect(made()).toHaveLength(1)
})

test('leaves an existing repository unchanged', async () => {
  await (await registries.ecr(REGION, 'team/app')).ensure(SETTINGS)
  const others = createRegistries()
  await (await others.ecr(REGION, 'team/app')).ensure({ ...SETTINGS, immutableTags: false })
  await others.close()
  const { repositories } = await cloud.client(REGION).send(new DescribeRepositoriesCommand({}))
  expect(repositories?.[0]?.imageTagMutability).toBe('IMMUTABLE')
})

test('uses an existing repository without the permission to create one', async () => {
  await (await registries.ecr(REGION, 'team/app')).ensure(SETTINGS)
  onRequest = denied
  const others = createRegistries()
  await (await others.ecr(REGION, 'team/app')).ensure(SETTINGS)
  await expect((await others.ecr(REGION, 'team/none')).ensure(SETTINGS)).rejects.toMatchObject({
    kind: 'unauthorized',
  })
  await others.close()
})

test('tries again on the next call after a failure', async () => {
  const repository = await registries.ecr(REGION, 'team/app')
  onRequest = denied
  await expect(repository.ensure(SETTINGS)).rejects.toThrow(
    /ECR in eu-west-1, repository team\/app: .*not authorized/,
  )
  onRequest = () => undefined
  await repository.ensure(SETTINGS)
  expect(made()).toHaveLength(2)
})

test('reports a name that ECR refuses', async () => {
  const repository = await registries.ecr(REGION, 'team/app__x')
  await expect(repository.ensure(SETTINGS)).rejects.toMatchObject({
    kind: 'refused',
    code: 'InvalidParameterException',
  })
})
