import {
  DeleteLifecyclePolicyCommand,
  DescribeRepositoriesCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OnRequest } from '../../../local/aws/call.ts'
import type { CreateSettings, Registries } from '../../../registry/model/registry.ts'
import { createRegistries } from '../../../registry/open.ts'
import { ACCOUNT, type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

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

const LIFECYCLE = JSON.stringify({
  rules: [
    {
      rulePriority: 1,
      selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 },
      action: { type: 'expire' },
    },
  ],
})
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'Pull', Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'ecr:BatchGetImage' },
  ],
})
const WHOLE: CreateSettings = {
  ...SETTINGS,
  mutableTags: ['latest', 'sha256-*'],
  lifecyclePolicy: LIFECYCLE,
  policy: POLICY,
  mark: 'made-by',
}
const refusing =
  (name: string, __type: string): OnRequest =>
  ({ action }) => {
    if (action !== name) return undefined
    const body = JSON.stringify({ __type, message: 'no' })
    return { status: 400, headers: { 'content-type': 'application/x-amz-json-1.1' }, body }
  }
const markOf = async () => {
  const resourceArn = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/team/app`
  const { tags = [] } = await cloud.client(REGION).send(new ListTagsForResourceCommand({ resourceArn }))
  return tags.find(({ Key }) => Key === 'made-by')?.Value
}

test('creates a repository with all of its documents, and marks it when they are there', async () => {
  const repository = await registries.ecr(REGION, 'team/app')
  await repository.ensure(WHOLE)
  const found = await repository.readSettings({ lifecyclePolicy: true, policy: true })
  expect(found).toMatchObject({
    mutability: { mode: 'IMMUTABLE_WITH_EXCLUSION', filters: ['latest', 'sha256-*'] },
    scanOnPush: true,
    encryption: { type: 'AES256' },
    tags: { owner: 'mirror', 'made-by': 'true' },
  })
  expect([found?.lifecyclePolicy, found?.policy]).toEqual([
    expect.stringContaining('untagged'),
    expect.stringContaining('arn:aws:iam::111122223333:root'),
  ])
})

test('marks a repository without documents in the same request', async () => {
  await (await registries.ecr(REGION, 'team/app')).ensure({ ...SETTINGS, mark: 'made-by' })
  expect(await markOf()).toBe('true')
  expect(cloud.actions()).not.toContain('TagResource')
})

test.each(['PutLifecyclePolicy', 'SetRepositoryPolicy', 'TagResource'])(
  'completes a repository whose creation ended before %s',
  async (name) => {
    onRequest = refusing(name, 'InvalidParameterException')
    await expect((await registries.ecr(REGION, 'team/app')).ensure(WHOLE)).rejects.toMatchObject({
      kind: 'refused',
    })
    expect(await markOf()).toBe('creating')
    onRequest = () => undefined
    const others = createRegistries()
    const repository = await others.ecr(REGION, 'team/app')
    await repository.ensure(WHOLE)
    await others.close()
    expect(await markOf()).toBe('true')
    const found = await repository.readSettings({ lifecyclePolicy: true, policy: true })
    expect([found?.lifecyclePolicy, found?.policy]).toEqual([expect.any(String), expect.any(String)])
  },
)

test('gives a complete repository no documents that somebody deleted', async () => {
  await (await registries.ecr(REGION, 'team/app')).ensure(WHOLE)
  await cloud.client(REGION).send(new DeleteLifecyclePolicyCommand({ repositoryName: 'team/app' }))
  const others = createRegistries()
  const repository = await others.ecr(REGION, 'team/app')
  await repository.ensure(WHOLE)
  await others.close()
  const found = await repository.readSettings({ lifecyclePolicy: true, policy: true })
  expect(found?.lifecyclePolicy).toBeUndefined()
})

test('uses an existing repository whose mark it may not read', async () => {
  await (await registries.ecr(REGION, 'team/app')).ensure(WHOLE)
  onRequest = refusing('ListTagsForResource', 'AccessDeniedException')
  const others = createRegistries()
  await (await others.ecr(REGION, 'team/app')).ensure(WHOLE)
  await others.close()
})

test('encrypts with the key of the region, and reports one of another region', async () => {
  const key = (region: string) => `arn:aws:kms:${region}:${ACCOUNT}:key/11111111-2222-4333-8444-555555555555`
  const repository = await registries.ecr(REGION, 'team/app')
  await expect(
    repository.ensure({ ...SETTINGS, encryption: { kmsKey: key('us-east-1') } }),
  ).rejects.toMatchObject({ code: 'KmsException' })
  await repository.ensure({ ...SETTINGS, encryption: { kmsKey: key(REGION) } })
  const found = await repository.readSettings({ lifecyclePolicy: false, policy: false })
  expect(found?.encryption).toEqual({ type: 'KMS', kmsKey: key(REGION) })
})

test('reports a name that ECR refuses', async () => {
  const repository = await registries.ecr(REGION, 'team/app__x')
  await expect(repository.ensure(SETTINGS)).rejects.toMatchObject({
    kind: 'refused',
    code: 'InvalidParameterException',
  })
})
