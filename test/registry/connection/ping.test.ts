// The request for the challenge of `/v2/`, which precedes the first request with credentials.
import { expect, test } from 'vitest'
import { OciError } from '../../../local/aws/registry/oci-error.ts'
import type { Authenticator } from '../../../local/aws/registry/policy.ts'
import type { Credentials } from '../../../registry/model/registry.ts'
import { answer, refuse, reset } from '../../support/actions.ts'
import { securedRegistry } from '../../support/secured.ts'
import { basicOf, tokenAuth } from '../../support/token-auth.ts'

const USER: Credentials = { username: 'robot', password: 'correct horse' }
const PING = /^GET \/v2\/$/

const basicAuth: Authenticator = {
  check({ headers: { authorization } }) {
    if (authorization === basicOf(USER)) return
    const challenge = { 'www-authenticate': 'Basic realm="test"' }
    throw new OciError(401, 'UNAUTHORIZED', 'who are you?', { headers: challenge })
  },
}

/** Returns 404 to anonymous clients, except for `/v2/`, which sends a challenge. */
function hiding(auth: Authenticator): Authenticator {
  return {
    ...auth,
    check(request, access) {
      if (request.url !== '/v2/' && request.headers.authorization === undefined)
        throw new OciError(404, 'NAME_UNKNOWN', 'no such repository')
      auth.check(request, access)
    },
  }
}

const AUTHS: [string, () => Authenticator][] = [
  ['Basic', () => basicAuth],
  ['Bearer', () => tokenAuth({ user: USER })],
]

test.each(AUTHS)('row 72: sends %s to a registry that returns 404 to anonymous requests', async (_, auth) => {
  await using setup = await securedRegistry(hiding(auth()), USER)
  expect(await setup.head()).toBeDefined()
  await setup.head()
  expect(setup.registry.matching(PING)).toHaveLength(1)
  const asked = setup.registry.matching(/manifests/)
  expect(asked.every((request) => request.headers.authorization !== undefined)).toBe(true)
})

test.each(AUTHS)(
  'row 72: sends %s to a registry that lists fewer tags to anonymous requests',
  async (_, auth) => {
    await using setup = await securedRegistry(auth(), USER)
    setup.registry.faults.add(
      {
        on: ({ url, headers: sent }) => /tags/.test(url ?? '') && sent.authorization === undefined,
        times: 9,
      },
      answer(200, { 'content-type': 'application/json' }, '{"name":"team/app","tags":[]}'),
    )
    expect(await setup.repository.listTags()).toEqual(['v1'])
  },
)

test('does not ask /v2/ without credentials', async () => {
  await using setup = await securedRegistry(tokenAuth())
  await setup.head()
  expect(setup.registry.matching(PING)).toEqual([])
})

test('asks /v2/ once for fifty concurrent requests', async () => {
  await using setup = await securedRegistry(basicAuth, USER)
  await Promise.all(Array.from({ length: 50 }, setup.head))
  expect(setup.registry.matching(PING)).toHaveLength(1)
  expect(setup.registry.matching(/HEAD/)).toHaveLength(50)
})

test('sends no Basic credentials before a challenge if /v2/ returns 200', async () => {
  await using setup = await securedRegistry(basicAuth, USER)
  setup.registry.faults.add({ on: PING, times: 9 }, answer(200))
  await setup.head()
  await setup.head()
  expect(setup.registry.seen.map(({ headers: sent }) => sent.authorization)).toEqual([
    undefined,
    undefined,
    basicOf(USER),
    basicOf(USER),
  ])
})

test('accepts a challenge in a 200 response', async () => {
  await using setup = await securedRegistry(hiding(basicAuth), USER)
  setup.registry.faults.add(PING, answer(200, { 'www-authenticate': 'Basic realm="test"' }))
  expect(await setup.head()).toBeDefined()
})

test.each([
  ['a reset', reset],
  ['503', refuse(503, 'UNAVAILABLE', 'later')],
  ['429', refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '2' })],
])('asks /v2/ again after %s', async (_, fault) => {
  await using setup = await securedRegistry(hiding(basicAuth), USER)
  setup.registry.faults.add(PING, fault)
  expect(await setup.head()).toBeDefined()
  expect(setup.registry.matching(PING)).toHaveLength(2)
})

test.each([
  [404, 1],
  [403, 1],
  [500, 3],
])('continues without a challenge if /v2/ always returns %s, after %s tries', async (status, pings) => {
  await using setup = await securedRegistry(basicAuth, USER)
  setup.registry.faults.add({ on: PING, times: 99 }, refuse(status, 'UNSUPPORTED', 'not here'))
  expect(await setup.head()).toBeDefined()
  expect(await setup.head()).toBeDefined()
  expect(setup.registry.matching(PING)).toHaveLength(pings)
})

test('follows a redirect of /v2/ within the registry', async () => {
  await using setup = await securedRegistry(hiding(basicAuth), USER)
  setup.registry.faults.add(PING, answer(307, { location: '/v2/start' }))
  setup.registry.faults.add(/\/v2\/start/, answer(401, { 'www-authenticate': 'Basic realm="test"' }))
  expect(await setup.head()).toBeDefined()
})

test('never sends a refresh token by Basic', async () => {
  await using setup = await securedRegistry(basicAuth, { username: '<token>', password: 'refresh-me' })
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized' })
  expect(setup.registry.seen.every(({ headers: sent }) => sent.authorization === undefined)).toBe(true)
})

test('ignores a challenge of another origin', async () => {
  await using other = await securedRegistry(basicAuth)
  await using setup = await securedRegistry(basicAuth, USER)
  setup.registry.faults.add(PING, answer(307, { location: `${other.registry.origin}/v2/` }))
  await setup.head()
  expect(setup.registry.matching(/HEAD/)[0]?.headers.authorization).toBeUndefined()
  expect(other.registry.seen).toHaveLength(1)
})
