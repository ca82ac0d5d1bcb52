import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr'
import { afterEach, expect, test } from 'vitest'
import { type Call, throttled } from '../../../local/aws/call.ts'
import type { EcrOptions } from '../../../local/aws/ecr.ts'
import { ACCOUNT, startTestCloud, type TestCloud } from './ecr/cloud.ts'

let cloud: TestCloud | undefined
afterEach(() => cloud?.[Symbol.asyncDispose]())

const start = async (options: Partial<EcrOptions> = {}) => {
  cloud = await startTestCloud(options)
  return cloud
}

test('takes the region from the signature, and serves one registry per region', async () => {
  const { client, ecr } = await start()
  await client('eu-west-1').send(new CreateRepositoryCommand({ repositoryName: 'team/app' }))
  const { repositories } = await client('eu-west-1').send(new DescribeRepositoriesCommand({}))
  expect(repositories?.map(({ repositoryArn }) => repositoryArn)).toEqual([
    `arn:aws:ecr:eu-west-1:${ACCOUNT}:repository/team/app`,
  ])
  expect((await client('us-east-1').send(new DescribeRepositoriesCommand({}))).repositories).toEqual([])
  expect(new Set(Object.values(ecr.registries)).size).toBe(2)
})

test('rejects a region that is not served', async () => {
  const { client } = await start()
  await expect(client('sa-east-1').send(new DescribeRepositoriesCommand({}))).rejects.toMatchObject({
    name: 'InvalidSignatureException',
  })
})

test('issues tokens for the endpoint of their region, for twelve hours', async () => {
  const now = Date.UTC(2026, 0, 1)
  const { client, ecr } = await start({ now: () => now })
  const { authorizationData } = await client('eu-west-1').send(new GetAuthorizationTokenCommand({}))
  expect(authorizationData?.[0]).toMatchObject({
    proxyEndpoint: `http://${ecr.registries['eu-west-1']}`,
    expiresAt: new Date(now + 12 * 60 * 60 * 1000),
  })
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString()
  expect(token).toMatch(/^AWS:./)
})

test('keeps its content across a restart', async () => {
  const { client, dir, ecr } = await start()
  await client().send(new CreateRepositoryCommand({ repositoryName: 'kept' }))
  await ecr.close()
  const again = await startTestCloud({ dir })
  const { repositories } = await again.client().send(new DescribeRepositoriesCommand({}))
  await again[Symbol.asyncDispose]()
  expect(repositories?.[0]?.repositoryName).toBe('kept')
})

test('records every call with its action, region, caller and resource', async () => {
  const { client, ask, ecr, dir } = await start()
  await client('us-east-1', 'SyncRole').send(new CreateRepositoryCommand({ repositoryName: 'app' }))
  await ask('/v2/app/manifests/latest', { method: 'HEAD' })
  const told = ({ action, region, accessKeyId, resource, by }: Call) => [
    action,
    region,
    accessKeyId,
    resource,
    by,
  ]
  const arn = `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/app`
  expect(ecr.calls.map(told)).toEqual([
    ['CreateRepository', 'us-east-1', 'SyncRole', arn, 'api'],
    ['GetAuthorizationToken', 'us-east-1', 'AKIDTEST', '*', 'api'],
    ['BatchGetImage', 'us-east-1', 'AKIDTEST', arn, 'registry'],
  ])
  await ecr.close()
  const lines = (await readFile(join(dir, 'calls.jsonl'), 'utf8')).trim().split('\n')
  expect(lines.map((line) => told(JSON.parse(line)))).toEqual(ecr.calls.map(told))
})

test('throttles the API with an SDK error and the registry with 429', async () => {
  const calls: string[] = []
  const { client, ask } = await start({
    onRequest(call) {
      calls.push(`${call.by} ${call.action}`)
      return ['CreateRepository', 'BatchGetImage'].includes(call.action ?? '') ? throttled(call) : undefined
    },
  })
  await expect(client().send(new CreateRepositoryCommand({ repositoryName: 'app' }))).rejects.toMatchObject({
    name: 'ThrottlingException',
    message: 'Rate exceeded',
  })
  const pulled = await ask('/v2/app/manifests/latest')
  expect([pulled.status, await pulled.json()]).toEqual([
    429,
    { errors: [{ code: 'TOOMANYREQUESTS', message: 'Rate exceeded' }] },
  ])
  expect(calls).toEqual(['api CreateRepository', 'api GetAuthorizationToken', 'registry BatchGetImage'])
})

test('can take down one region alone', async () => {
  const { client } = await start({
    onRequest: ({ region }) => (region === 'eu-west-1' ? 'reset' : undefined),
  })
  await expect(client('eu-west-1').send(new DescribeRepositoriesCommand({}))).rejects.toMatchObject({
    code: 'ECONNRESET',
  })
  await expect(client('us-east-1').send(new DescribeRepositoriesCommand({}))).resolves.toBeDefined()
})

test('refuses an unsigned call', async () => {
  const { ecr } = await start()
  const answer = await fetch(ecr.endpoint, {
    method: 'POST',
    headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories' },
    body: '{}',
  })
  expect([answer.status, await answer.json()]).toEqual([
    400,
    { __type: 'MissingAuthenticationTokenException', message: 'Missing Authentication Token' },
  ])
})
