import { afterEach, expect, test } from 'vitest'
import { parseCredentials, readCredentials } from '../../../registry/credentials/secret.ts'
import { ACCOUNT, type EcrCloud, startEcrCloud } from '../../support/ecr-cloud.ts'

const SECRETS = {
  'ecr-pullthroughcache/docker-hub': { username: 'robot', accessToken: 'canary-token' },
  plain: 'canary-plain-text',
  'no-user': { password: 'canary-password' },
}

let cloud: EcrCloud | undefined
afterEach(() => cloud?.[Symbol.asyncDispose]())

test('reads the secret of a pull-through cache by name and by ARN', async () => {
  cloud = await startEcrCloud({}, SECRETS)
  const expected = { username: 'robot', password: 'canary-token' }
  expect(await readCredentials('ecr-pullthroughcache/docker-hub')).toEqual(expected)
  // The ARN's region takes precedence over the process's own.
  const arn = `arn:aws:secretsmanager:eu-west-1:${ACCOUNT}:secret:ecr-pullthroughcache/docker-hub`
  expect(await readCredentials(arn)).toEqual(expected)
})

test.each(['plain', 'no-user'])('refuses the secret %s by name without revealing its value', async (name) => {
  cloud = await startEcrCloud({}, SECRETS)
  const error: unknown = await readCredentials(name).catch((caught: unknown) => caught)
  expect(error).toMatchObject({
    kind: 'unauthorized',
    message: expect.stringContaining(`the secret ${name} has no credentials`),
  })
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('canary')
})

test('says what to check if a secret is missing', async () => {
  cloud = await startEcrCloud({}, SECRETS)
  await expect(readCredentials('none')).rejects.toThrow(
    /the secret none cannot be read: .*check its name, its region/,
  )
})

test.each([
  ['{"username":"u","accessToken":"p"}', { username: 'u', password: 'p' }],
  ['{"username":"u","password":"p"}', { username: 'u', password: 'p' }],
  ['{"username":"u","token":"p"}', { username: 'u', password: 'p' }],
  ['{"username":"u","accessToken":"p","password":"other"}', { username: 'u', password: 'p' }],
  ['{"username":"u","accessToken":""}', undefined],
  ['{"username":1,"password":"p"}', undefined],
  ['[]', undefined],
  ['null', undefined],
  ['u:p', undefined],
])('%s', (text, credentials) => {
  expect(parseCredentials(text)).toEqual(credentials)
})
