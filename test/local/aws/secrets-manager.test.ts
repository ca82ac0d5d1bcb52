import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ACCOUNT, startTestCloud, type TestCloud } from './ecr/cloud.ts'

let dir: string
let cloud: TestCloud
let secrets: SecretsManagerClient
const write = (content: object) => writeFile(join(dir, 'secrets.json'), JSON.stringify(content))

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secrets-'))
  cloud = await startTestCloud({ secretsFile: join(dir, 'secrets.json') })
  secrets = new SecretsManagerClient({
    region: 'eu-west-1',
    endpoint: cloud.ecr.endpoint,
    maxAttempts: 1,
    credentials: { accessKeyId: 'SyncRole', secretAccessKey: 'x' },
  })
})
afterEach(async () => {
  secrets.destroy()
  await cloud[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const ARN = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:mirror/hub-Local0`
const value = async (SecretId: string) =>
  (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString

test.each([
  ['its name', 'mirror/hub'],
  ['its ARN', ARN],
  ["its ARN without AWS's six characters", ARN.slice(0, -'-Local0'.length)],
])('finds a secret by %s', async (_, id) => {
  await write({ 'mirror/hub': { username: 'me', accessToken: 'token' }, plain: 'text' })
  expect(JSON.parse((await value(id)) ?? '')).toEqual({ username: 'me', accessToken: 'token' })
  expect(await value('plain')).toBe('text')
})

test('reads changes of the file while it runs', async () => {
  await expect(value('plain')).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  await write({ plain: 'now' })
  expect(await value('plain')).toBe('now')
})

test('fails like AWS for a missing secret', async () => {
  await write({})
  await expect(value('nope')).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
  })
})

test('logs the caller and the request, but not the secret', async () => {
  await write({ 'mirror/hub': 'hunter2' })
  await value('mirror/hub')
  expect(cloud.ecr.calls).toMatchObject([
    { service: 'secretsmanager', action: 'GetSecretValue', accessKeyId: 'SyncRole', resource: ARN },
  ])
  expect(JSON.stringify(cloud.ecr.calls)).not.toContain('hunter2')
})
