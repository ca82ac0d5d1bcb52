// A function's credentials, as its SDK clients read them.
import { afterEach, expect, test, vi } from 'vitest'
import { defaultProvider } from '../../lambdas/credentials.ts'

afterEach(() => vi.unstubAllEnvs())

function stub(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

test('they are what Lambda puts into the environment', async () => {
  stub({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' })
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  })
})

test('a session token is not made up', async () => {
  stub({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: undefined })
  expect(await defaultProvider()()).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' })
})

test('a key that is missing is named, and nothing else is asked', async () => {
  stub({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: undefined })
  await expect(defaultProvider()()).rejects.toThrow('AWS_SECRET_ACCESS_KEY must be set')
})
