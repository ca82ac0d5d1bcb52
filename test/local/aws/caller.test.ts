// Requests by strangers to each service of a run.
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cloud, startCloud } from '../../../local/cloud.ts'
import { startSample } from '../../../local/sample.ts'
import { parseList } from '../../../mirror/list/parse-list.ts'

const REGION = 'us-east-1'
let folder: string
let cloud: Cloud
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'caller-'))
  cloud = await startCloud({
    region: REGION,
    regions: [REGION],
    ecrDir: join(folder, 'ecr'),
    secretsFile: join(folder, 'secrets.json'),
    anonymousPull: true,
    keepCalls: false,
  })
})
afterAll(async () => {
  await cloud.close()
  await rm(folder, { recursive: true, force: true })
})

function clientOf(endpoint: string, sessionToken: string | undefined) {
  const credentials = {
    accessKeyId: 'any',
    secretAccessKey: 'any',
    ...(sessionToken ? { sessionToken } : {}),
  }
  return { endpoint, region: REGION, credentials, maxAttempts: 1 }
}

const CALLS = {
  ECR: (token?: string) =>
    new ECRClient(clientOf(cloud.endpoints.ECR, token)).send(new GetAuthorizationTokenCommand({})),
  S3: (token?: string) => new S3Client(clientOf(cloud.endpoints.S3, token)).send(new ListBucketsCommand({})),
  SNS: (token?: string) =>
    new SNSClient(clientOf(cloud.endpoints.SNS, token)).send(new CreateTopicCommand({ Name: 'topic' })),
} as const

test.each(Object.entries(CALLS))(
  '%s answers its own run, and 403 without its key or with another',
  async (_, call) => {
    await expect(call(cloud.key)).resolves.toMatchObject({ $metadata: { httpStatusCode: 200 } })
    for (const key of [undefined, 'local', `${cloud.key}x`])
      await expect(call(key)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } })
  },
)

function statusOf(address: string, host: string, method = 'GET', path = '/v2/'): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  const headers = { host, 'x-amz-security-token': cloud.key, connection: 'close' }
  request(`http://${address}${path}`, { method, headers }, (response) => {
    response.resume()
    resolve(response.statusCode)
  })
    .on('error', reject)
    .end()
  return promise
}

test.each([
  'rebound.example',
  '127.0.0.1.nip.io',
  'localhost.example:80',
  '127.0.0.1@evil.example',
  '169.254.1.1',
])('refuses requests to every service for the host %s with 403', async (host) => {
  const { ECR, S3 } = cloud.endpoints
  const addresses = [new URL(ECR).host, new URL(S3).host, cloud.registries[REGION] ?? '']
  expect(await Promise.all(addresses.map((address) => statusOf(address, host)))).toEqual([403, 403, 403])
})

test('accepts pushes to an open registry only from the run', async () => {
  const address = cloud.registries[REGION] ?? ''
  expect(await statusOf(address, address)).toBe(200)
  expect(await statusOf(address, 'localhost')).toBe(200)
  expect(await statusOf(address, address, 'POST', '/v2/team/app/blobs/uploads/')).toBe(401)
})

test('serves the sample registry read-only', async () => {
  const list = parseList('regions: [us-east-1]\nimages: [docker.io/library/redis:7.4]', 'list.yaml')
  const sample = await startSample(list, join(folder, 'upstream'))
  const address = new URL(Object.values(sample.environment)[0] ?? '').host
  expect(await statusOf(address, address)).toBe(200)
  expect(await statusOf(address, address, 'POST', '/v2/library/redis/blobs/uploads/')).toBe(405)
  expect(await statusOf(address, 'rebound.example')).toBe(403)
  await sample.close()
})
