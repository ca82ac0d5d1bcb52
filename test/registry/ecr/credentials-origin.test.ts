// Where the SDK finds credentials, for people.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { awsCredentialsOrigin } from '../../../registry/ecr/credentials-origin.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aws-'))
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE']) {
    vi.stubEnv(name, undefined)
  }
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'))
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true })
})

const KEYS = 'aws_access_key_id = key\naws_secret_access_key = secret\n'
const ANSWER = JSON.stringify({ Version: 1, AccessKeyId: 'key', SecretAccessKey: 'secret' })

test('names environment variables', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret')
  expect(await awsCredentialsOrigin('us-east-1')).toBe('environment variables')
})

test.each([
  ['a profile', 'credentials', `[default]\n${KEYS}`],
  ['a credential process', 'config', `[default]\ncredential_process = echo '${ANSWER}'\n`],
])('names %s', async (origin, file, text) => {
  await writeFile(join(folder, file), text)
  expect(await awsCredentialsOrigin('us-east-1')).toBe(origin)
})

test('fails without credentials', async () => {
  await expect(awsCredentialsOrigin('us-east-1')).rejects.toThrow('Could not load credentials')
})
