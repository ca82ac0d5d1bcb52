import { expect, test } from 'vitest'
import { OciError } from '../../../local/aws/registry/oci-error.ts'
import type { Authenticator } from '../../../local/aws/registry/policy.ts'
import type { Credentials } from '../../../registry/model/registry.ts'
import { afterBytes, answer } from '../../support/actions.ts'
import { randomBlob, sourceOf } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { securedRegistry } from '../../support/secured.ts'
import { seedBlob } from '../../support/seed.ts'
import { basicOf, tokenAuth } from '../../support/token-auth.ts'

const USER: Credentials = { username: 'robot', password: 'correct horse' }
const TOKEN = /\/token/
const COMMIT = /PUT .*\/blobs\/uploads\//

test('fetches an anonymous token after the first challenge and reuses it', async () => {
  await using setup = await securedRegistry(tokenAuth())
  await setup.head()
  await setup.head()
  expect(setup.registry.seen.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
    'HEAD /v2/team/app/manifests/v1',
    'GET /token',
    'HEAD /v2/team/app/manifests/v1',
    'HEAD /v2/team/app/manifests/v1',
  ])
})

test('row 5: renews a token that expires during an upload once, and starts a new session', async () => {
  const auth = tokenAuth()
  await using setup = await securedRegistry(auth)
  const blob = randomBlob(500_000)
  setup.registry.faults.add(
    COMMIT,
    afterBytes(100_000, (request, response, handler) => {
      auth.revoke()
      const header = {
        'www-authenticate': `Bearer realm="${setup.registry.origin}/token"`,
        connection: 'close',
      }
      answer(401, header)(request, response, handler)
    }),
  )
  await setup.repository.putBlob(blob.descriptor, sourceOf(blob))
  expect(setup.registry.matching(COMMIT)).toHaveLength(2)
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('row 5: fails at the second 401 of an upload', async () => {
  await using setup = await securedRegistry(tokenAuth())
  const challenge = {
    'www-authenticate': `Bearer realm="${setup.registry.origin}/token"`,
    connection: 'close',
  }
  setup.registry.faults.add({ on: COMMIT, times: 9 }, afterBytes(10, answer(401, challenge)))
  const blob = randomBlob(500_000)
  await expect(setup.repository.putBlob(blob.descriptor, sourceOf(blob))).rejects.toMatchObject({
    kind: 'unauthorized',
  })
  expect(setup.registry.matching(COMMIT)).toHaveLength(2)
})

test('renews a token that is revoked between two requests', async () => {
  const auth = tokenAuth()
  await using setup = await securedRegistry(auth)
  await setup.head()
  auth.revoke()
  expect(await setup.head()).toBeDefined()
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('row 6: fetches one token for fifty concurrent requests', async () => {
  await using setup = await securedRegistry(tokenAuth())
  await Promise.all(Array.from({ length: 50 }, setup.head))
  expect(setup.registry.matching(TOKEN)).toHaveLength(1)
})

test('row 6: renews a revoked token once for fifty concurrent requests', async () => {
  const auth = tokenAuth()
  await using setup = await securedRegistry(auth)
  await setup.head()
  auth.revoke()
  await Promise.all(Array.from({ length: 50 }, setup.head))
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('row 7: sends a wrong password to the token server only once', async () => {
  await using setup = await securedRegistry(tokenAuth({ user: USER }), { ...USER, password: 'wrong' })
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized' })
  const before = setup.registry.seen.length
  await expect(setup.head()).rejects.toThrow(/credentials for .* were refused/)
  await expect(setup.repository.listTags()).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(setup.registry.seen.length).toBe(before)
  expect(setup.registry.matching(TOKEN)).toHaveLength(1)
})

test('row 7: sends a wrong password by Basic only once', async () => {
  await using setup = await securedRegistry(basicAuth(USER), { ...USER, password: 'wrong' })
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized' })
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(setup.registry.seen).toHaveLength(2)
})

test('accepts a Basic challenge, and sends the password unprompted afterwards', async () => {
  await using setup = await securedRegistry(basicAuth(USER), USER)
  await setup.head()
  await setup.head()
  expect(setup.registry.seen.map(({ headers }) => headers.authorization)).toEqual([
    undefined,
    basicOf(USER),
    basicOf(USER),
  ])
})

test('reuses the connection after a refusal', async () => {
  await using setup = await securedRegistry(basicAuth(USER), { ...USER, password: 'wrong' })
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized' })
  const other = await setup.client.open(setup.registry.address, 'team/app', USER)
  await other.headManifest('v1')
  expect(new Set(setup.registry.seen.map(({ port }) => port)).size).toBe(1)
})

test('keeps credentials out of error messages', async () => {
  await using setup = await securedRegistry(basicAuth(USER), { ...USER, password: 'wrong' })
  const error: unknown = await setup.head().catch((caught: unknown) => caught)
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/wrong|d3Jvbmc/)
})

test('row 8: fetches a token again once with the scope that the registry names', async () => {
  const auth = tokenAuth({
    refusal: 403,
    challenge: (realm) => `Bearer realm="${realm}",scope="repository:other:pull repository:team/app:pull"`,
    grant: (scopes) => (scopes.length > 1 ? scopes : []),
  })
  await using setup = await securedRegistry(auth)
  expect(await setup.head()).toBeDefined()
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('row 8: names the repository if the wider token is refused too', async () => {
  const auth = tokenAuth({
    refusal: 403,
    challenge: (realm) => `Bearer realm="${realm}",scope="repository:other:pull"`,
    grant: () => [],
  })
  await using setup = await securedRegistry(auth)
  await expect(setup.repository.getManifest('v1')).rejects.toThrow(/team\/app.*403/)
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

/** Sends a challenge at `/v2/` only. */
function silently(auth: Authenticator): Authenticator {
  return {
    ...auth,
    check(request, access) {
      try {
        auth.check(request, access)
      } catch (error) {
        if (request.url === '/v2/' || !(error instanceof OciError)) throw error
        throw new OciError(401, 'UNAUTHORIZED', 'go away')
      }
    },
  }
}

test.each([
  ['an anonymous identity', undefined],
  ['a user', USER],
])('row 1: renews the token of %s after a 401 without a challenge', async (_, user) => {
  const auth = tokenAuth(user && { user })
  await using setup = await securedRegistry(silently(auth), user)
  await setup.head()
  auth.revoke()
  await Promise.all(Array.from({ length: 5 }, setup.head))
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('row 1: stops after one new token that is refused without a challenge', async () => {
  await using setup = await securedRegistry(silently(tokenAuth({ grant: () => [] })))
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('row 1: asks /v2/ for the challenge that a 401 lacks', async () => {
  const auth = tokenAuth()
  await using setup = await securedRegistry(silently(auth))
  expect(await setup.head()).toBeDefined()
  expect(setup.registry.matching(/GET \/v2\/$/)).toHaveLength(1)
})

test('row 1: fails without a loop if /v2/ has no challenge either', async () => {
  const closed: Authenticator = {
    check() {
      throw new OciError(401, 'UNAUTHORIZED', 'go away')
    },
  }
  await using setup = await securedRegistry(closed)
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized' })
  // A HEAD and a GET, each followed by a request for /v2/.
  expect(setup.registry.seen.length).toBeLessThanOrEqual(4)
})

test.each([
  ['in one header', (all: string[]) => all.join(', ')],
  ['in two headers', (all: string[]) => all],
])('row 2: prefers Bearer if two challenges come %s, in any case', async (_, told) => {
  const auth = tokenAuth()
  await using setup = await securedRegistry(auth)
  const bearer = `BEARER Realm="${setup.registry.origin}/token", SERVICE="a \\"quoted\\" service"`
  setup.registry.faults.add(/HEAD/, answer(401, { 'www-authenticate': told(['Basic realm="all"', bearer]) }))
  await setup.head()
  const [asked] = setup.registry.matching(TOKEN)
  expect(new URL(asked?.path ?? '', 'http://x').searchParams.get('service')).toBe('a "quoted" service')
})

test('row 65: uses one token per repository, so that headers stay short', async () => {
  await using setup = await securedRegistry(tokenAuth())
  for (const name of ['team/one', 'team/two', 'team/three']) {
    await (await setup.client.open(setup.registry.address, name)).headManifest('v1')
  }
  const scopes = setup.registry
    .matching(TOKEN)
    .map(({ path }) => new URL(path, 'http://x').searchParams.getAll('scope'))
  expect(scopes).toEqual([
    ['repository:team/one:pull'],
    ['repository:team/two:pull'],
    ['repository:team/three:pull'],
  ])
})

test('requests the scope of the mounted repository', async () => {
  await using setup = await securedRegistry(tokenAuth())
  const blob = randomBlob(10)
  await seedBlob(setup.registry, blob, 'team/base')
  expect(await setup.repository.mountBlob(blob.descriptor, 'team/base')).toBe(true)
  const [asked] = setup.registry.matching(TOKEN)
  expect(new URL(asked?.path ?? '', 'http://x').searchParams.getAll('scope')).toEqual([
    'repository:team/app:pull,push',
    'repository:team/base:pull',
  ])
})

test('row 67: does not send cookies back', async () => {
  await using setup = await securedRegistry(tokenAuth())
  setup.registry.faults.add({ on: /manifests/, times: 9 }, (request, response, handler) => {
    response.setHeader('set-cookie', 'session=1')
    handler(request, response)
  })
  await setup.head()
  await setup.head()
  expect(setup.registry.seen.some(({ headers }) => headers.cookie !== undefined)).toBe(false)
})

test('row 69: does not send credentials to a host with a similar name', async () => {
  await using setup = await securedRegistry(basicAuth(USER), USER)
  await using other = await startFaultyRegistry({ quirks: { auth: basicAuth(USER) }, host: '127.0.0.2' })
  const lookalike = await setup.client.open(other.address)
  await setup.head()
  await expect(lookalike.headManifest('v1')).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(other.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true)
})

function basicAuth(user: Credentials): Authenticator {
  return {
    check({ headers }) {
      if (headers.authorization === basicOf(user)) return
      throw new OciError(401, 'UNAUTHORIZED', 'who are you?', {
        headers: { 'www-authenticate': 'Basic realm="test"' },
      })
    },
  }
}

test('an answer that names a server which must not see the credentials decides nothing about others', async () => {
  await using setup = await securedRegistry(tokenAuth({ user: USER }), USER)
  await setup.head()
  const stranger = { 'www-authenticate': 'Bearer realm="http://127.0.0.2:1/token"' }
  setup.registry.faults.add(/referrers/, answer(401, stranger))
  await expect(setup.repository.referrers(`sha256:${'a'.repeat(64)}`)).rejects.toMatchObject({
    kind: 'unsafe',
  })
  expect(await setup.head()).toBeDefined()
})

test('a registry whose /v2/ names a server which must not see the credentials is not asked without them', async () => {
  await using setup = await securedRegistry(tokenAuth({ user: USER }), USER)
  const stranger = { 'www-authenticate': 'Bearer realm="http://127.0.0.2:1/token"' }
  setup.registry.faults.add({ on: /GET \/v2\/$/, times: 9 }, answer(401, stranger))
  for (const _ of [1, 2]) await expect(setup.head()).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.registry.matching(/manifests/)).toHaveLength(0)
})
