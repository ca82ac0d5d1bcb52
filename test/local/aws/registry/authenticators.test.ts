import { afterEach, expect, test } from 'vitest'
import { basicAuthenticator, bearerAuthenticator } from '../../../../local/aws/registry/authenticators.ts'
import type { Authenticator } from '../../../../local/aws/registry/policy.ts'
import { startTestRegistry, type TestRegistry } from './registry.ts'

let registry: TestRegistry
afterEach(() => registry[Symbol.asyncDispose]())

const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function start(auth: Authenticator): Promise<void> {
  registry = await startTestRegistry({ auth })
  await registry.store.repositories.create('app')
}

const status = async (path: string, authorization?: string, method = 'GET') => {
  const headers = authorization === undefined ? {} : { authorization }
  return (await registry.ask(path, { method, headers })).status
}

async function token(scope: string, authorization?: string): Promise<string> {
  const headers = authorization === undefined ? {} : { authorization }
  const answer = await registry.ask(`/token?service=registry&scope=${scope}`, { headers })
  expect(answer.status).toBe(200)
  return `Bearer ${((await answer.json()) as { token: string }).token}`
}

test('requires a user and the password for Basic', async () => {
  await start(basicAuthenticator({ me: 'secret' }))
  expect(await status('/v2/', basic('me', 'secret'))).toBe(200)
  expect(await status('/v2/', basic('me', 'wrong'))).toBe(401)
  expect(await status('/v2/', basic('toString', ''))).toBe(401)
  const { headers } = await registry.ask('/v2/')
  expect(headers.get('www-authenticate')).toBe('Basic realm="registry"')
})

test('names the token server and the scope in the challenge', async () => {
  await start(bearerAuthenticator())
  const { headers } = await registry.ask('/v2/app/blobs/uploads/', { method: 'POST' })
  expect(headers.get('www-authenticate')).toBe(
    `Bearer realm="${registry.origin}/token",service="registry",scope="repository:app:pull,push"`,
  )
})

test('issues anonymous tokens for pulls, not for pushes', async () => {
  await start(bearerAuthenticator())
  const pull = await token('repository:app:pull,push')
  expect(await status('/v2/app/tags/list')).toBe(401)
  expect(await status('/v2/app/tags/list', pull)).toBe(200)
  expect(await status('/v2/app/blobs/uploads/', pull, 'POST')).toBe(401)
  expect(await status('/v2/other/tags/list', pull)).toBe(401)
})

test('issues a token for pushes to a user', async () => {
  await start(bearerAuthenticator({ users: { me: 'secret' }, anonymousPull: false }))
  expect(await status('/v2/app/tags/list', await token('repository:app:pull'))).toBe(401)
  const push = await token('repository:app:pull,push', basic('me', 'secret'))
  expect(await status('/v2/app/blobs/uploads/', push, 'POST')).toBe(202)
})

test('requires pull access to the source of a mount', async () => {
  await start(bearerAuthenticator({ users: { me: 'secret' } }))
  const path = '/v2/app/blobs/uploads/?mount=sha256:0&from=base'
  const own = await token('repository:app:pull,push', basic('me', 'secret'))
  expect(await status(path, own, 'POST')).toBe(401)
  const both = await token('repository:app:pull,push&scope=repository:base:pull', basic('me', 'secret'))
  expect(await status(path, both, 'POST')).not.toBe(401)
})

test('issues no token for a wrong password', async () => {
  await start(bearerAuthenticator({ users: { me: 'secret' } }))
  expect(await status('/token?service=registry', basic('me', 'wrong'))).toBe(401)
})

test('issues an OAuth2 token by POST', async () => {
  await start(bearerAuthenticator({ users: { me: 'secret' } }))
  const body = new URLSearchParams({
    grant_type: 'password',
    username: 'me',
    password: 'secret',
    scope: 'repository:app:pull,push',
  })
  const answer = await registry.ask('/token', { method: 'POST', body })
  const { access_token: got } = (await answer.json()) as { access_token: string }
  expect(await status('/v2/app/blobs/uploads/', `Bearer ${got}`, 'POST')).toBe(202)
})

test('rejects expired and forged tokens', async () => {
  let now = 0
  await start(bearerAuthenticator({ expiresInSeconds: 60, now: () => now }))
  const pull = await token('repository:app:pull')
  now = 59_999
  expect(await status('/v2/app/tags/list', pull)).toBe(200)
  now = 60_000
  expect(await status('/v2/app/tags/list', pull)).toBe(401)
  expect(await status('/v2/app/tags/list', `${pull.slice(0, -1)}~`)).toBe(401)
})
