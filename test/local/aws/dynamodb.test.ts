// Tables of DynamoDB on loopback, asked with the SDK's client.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient, GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ecr, startEcr } from '../../../local/aws/ecr.ts'

let dir: string
let ecr: Ecr
let client: DynamoDBClient

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tables-'))
  const tablesFile = join(dir, 'tables.yaml')
  const large = [1, 2, 3, 4].map((n) => ({
    Source: `redis:${n}`,
    Destination: 'x',
    Notes: 'n'.repeat(390_000),
  }))
  const mirror = [
    { Source: 'golang:1.17', Destination: ['a', 'b'], Expires: 1_656_633_600, Enabled: true },
    { Source: 'redis:7', Destination: 'a,b' },
  ]
  await writeFile(tablesFile, JSON.stringify({ mirror, large, twice: [mirror[1], mirror[1]] }))
  ecr = await startEcr({ dir: join(dir, 'ecr'), account: '123456789012', regions: ['us-east-1'], tablesFile })
  const credentials = { accessKeyId: 'somebody', secretAccessKey: 'x' }
  client = new DynamoDBClient({ region: 'us-east-1', endpoint: ecr.endpoint, credentials, maxAttempts: 1 })
})

afterAll(async () => {
  client?.destroy()
  await ecr?.close()
  await rm(dir, { recursive: true, force: true })
})

test('returns items with the types of DynamoDB, expired ones too', async () => {
  const { Items } = await client.send(new ScanCommand({ TableName: 'mirror' }))
  expect(Items).toEqual([
    {
      Source: { S: 'golang:1.17' },
      Destination: { SS: ['a', 'b'] },
      Expires: { N: '1656633600' },
      Enabled: { BOOL: true },
    },
    { Source: { S: 'redis:7' }, Destination: { S: 'a,b' } },
  ])
})

test('ends a page after 1 MB, and goes on after its last key', async () => {
  const first = await client.send(new ScanCommand({ TableName: 'large' }))
  expect(first.Items?.map(({ Source }) => Source?.S)).toEqual(['redis:1', 'redis:2'])
  const next = { TableName: 'large', ExclusiveStartKey: first.LastEvaluatedKey }
  const second = await client.send(new ScanCommand(next))
  expect(second.Items?.map(({ Source }) => Source?.S)).toEqual(['redis:3', 'redis:4'])
  expect(second.LastEvaluatedKey).toBeUndefined()
})

test('refuses a table with two items of one key, which DynamoDB cannot hold', async () => {
  const scan = client.send(new ScanCommand({ TableName: 'twice' }))
  await expect(scan).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } })
})

test('fails as DynamoDB does for other tables, parameters and operations', async () => {
  const scan = (TableName: string, others: object = {}) =>
    client.send(new ScanCommand({ TableName, ...others }))
  await expect(scan('none')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await expect(scan('a')).rejects.toMatchObject({ name: 'ValidationException' })
  await expect(
    client.send(new GetItemCommand({ TableName: 'mirror', Key: { Source: { S: 'redis:7' } } })),
  ).rejects.toMatchObject({ name: 'UnknownOperationException' })
})
