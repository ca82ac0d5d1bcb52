// A function's credentials, as its SDK clients read them.
import { afterEach, expect, test, vi } from 'vitest'
import { defaultProvider } from '../../lambdas/credentials.ts'

afterEach(() => vi.unstubAllEnvs())

function stub(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value)
}

test("reads Lambda's environment variables", async () => {
  stub({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' })
  expect(await defaultProvider()()).toEqual({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  })
})

test('adds no session token if none is set', async () => {
  stub({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: undefined })
  expect(await defaultProvider()()).toEqual({ accessKeyId: 'key', secretAccessKey: 'secret' })
})

test('names a missing key, and tries no other source', async () => {
  stub({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: undefined })
  await expect(defaultProvider()()).rejects.toThrow('AWS_SECRET_ACCESS_KEY must be set')
})
