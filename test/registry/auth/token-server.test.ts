import { expect, test } from 'vitest'
import type { Credentials } from '../../../registry/model/registry.ts'
import { answer, refuse } from '../../support/actions.ts'
import { securedRegistry } from '../../support/secured.ts'
import { basicOf, type TokenAuthOptions, tokenAuth } from '../../support/token-auth.ts'

const USER: Credentials = { username: 'robot', password: 'correct horse' }
const TOKEN = /\/token/

test('requests a token with the service, the scope and Basic credentials', async () => {
  await using setup = await securedRegistry(tokenAuth({ user: USER }), USER)
  await setup.head()
  const [asked] = setup.registry.matching(TOKEN)
  expect(asked?.headers.authorization).toBe(basicOf(USER))
  expect(asked?.path).toBe('/token?service=registry.test&scope=repository%3Ateam%2Fapp%3Apull')
})

test.each<[string, TokenAuthOptions['reply']]>([
  ['only token', (token) => ({ token })],
  ['only access_token', (token) => ({ access_token: token })],
  ['both', (token) => ({ token, access_token: token })],
])('row 3: accepts a token reply with %s', async (_, reply) => {
  await using setup = await securedRegistry(tokenAuth({ ...(reply && { reply }) }))
  expect(await setup.head()).toBeDefined()
})

test.each([
  ['0', 0, 60],
  ['absent', undefined, 60],
  ['negative', -5, 60],
  ['300', 300, 300],
  ['absurd', 1e12, 86_400],
])('row 4: uses a token with expires_in %s for nearly %s seconds', async (_, expiresIn, seconds) => {
  await using setup = await securedRegistry(
    tokenAuth({ reply: (token) => ({ token, expires_in: expiresIn }) }),
  )
  await setup.head()
  setup.client.clock.advance(seconds * 850)
  await setup.head()
  expect(setup.registry.matching(TOKEN)).toHaveLength(1)
  setup.client.clock.advance(seconds * 100)
  await setup.head()
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})
test.each([
  ['503', refuse(503, 'UNAVAILABLE', 'later')],
  ['429', refuse(429, 'TOOMANYREQUESTS', 'slow down', { 'retry-after': '2' })],
])('retries after a token server responds %s once', async (_, fault) => {
  await using setup = await securedRegistry(tokenAuth())
  setup.registry.faults.add(TOKEN, fault)
  expect(await setup.head()).toBeDefined()
  expect(setup.registry.matching(TOKEN)).toHaveLength(2)
})

test('spends one retry budget on a token server that always fails', async () => {
  await using setup = await securedRegistry(tokenAuth())
  setup.registry.faults.add({ on: TOKEN, times: 99 }, refuse(503, 'UNAVAILABLE', 'later'))
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unavailable', status: 503 })
  expect(setup.registry.matching(TOKEN)).toHaveLength(6)
})

test('names the token server in the error for an invalid reply', async () => {
  await using setup = await securedRegistry(tokenAuth({ reply: () => 'nothing' }))
  await expect(setup.head()).rejects.toThrow(/token server http:\/\/127\.0\.0\.1:\d+ returned no token/)
})
test('exchanges a refresh token by POST, outside of the URL', async () => {
  await using setup = await securedRegistry(tokenAuth(), { username: '<token>', password: 'refresh-me' })
  expect(await setup.head()).toBeDefined()
  const [asked] = setup.registry.matching(TOKEN)
  expect(asked).toMatchObject({ method: 'POST', path: '/token' })
  expect(asked?.headers.authorization).toBeUndefined()
})

test.each([301, 302, 303, 307, 308])(
  'row 77: follows a redirect of the token server within its origin by %s',
  async (status) => {
    await using setup = await securedRegistry(tokenAuth({ user: USER }), USER)
    const elsewhere = (query: string) => `/token/new${query}`
    setup.registry.faults.add(TOKEN, (request, response, handler) => {
      const [, query = ''] = request.url?.split('?') ?? []
      answer(status, { location: elsewhere(`?${query}`) })(request, response, handler)
    })
    expect(await setup.head()).toBeDefined()
    const asked = setup.registry.matching(TOKEN)
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual(['/token', '/token/new'])
    expect(asked[1]?.headers.authorization).toBe(basicOf(USER))
  },
)

test('gives up on a token server that redirects in a circle', async () => {
  await using setup = await securedRegistry(tokenAuth({ user: USER }), USER)
  setup.registry.faults.add({ on: TOKEN, times: 99 }, answer(302, { location: '/token' }))
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.registry.matching(TOKEN)).toHaveLength(6)
})

test.each([
  ['another port', (origin: string) => origin.replace(/:\d+$/, ':1')],
  ['another host', (origin: string) => origin.replace('127.0.0.1', '127.0.0.2')],
  ['another scheme', (origin: string) => origin.replace('http:', 'https:')],
])('row 77: refuses a redirect of the token server to %s', async (_, elsewhere) => {
  await using setup = await securedRegistry(tokenAuth({ user: USER }), USER)
  setup.registry.faults.add(TOKEN, answer(302, { location: `${elsewhere(setup.registry.origin)}/token` }))
  await expect(setup.head()).rejects.toThrow(/redirects to http.*, another origin/)
})

test('does not send a refresh token to a redirect that changes POST to GET', async () => {
  await using setup = await securedRegistry(tokenAuth(), { username: '<token>', password: 'refresh-me' })
  setup.registry.faults.add(TOKEN, answer(302, { location: '/token/new' }))
  await expect(setup.head()).rejects.toMatchObject({ kind: 'unauthorized', status: 302 })
  expect(setup.registry.matching(TOKEN)).toHaveLength(1)
})

test.each([400, 404, 405, 412, 501])(
  'treats a token refused with %i as denied access, not as a missing image',
  async (status) => {
    await using setup = await securedRegistry(tokenAuth(), { username: 'bot', password: 'secret' })
    const body = JSON.stringify({ error: 'invalid_scope', error_description: 'no\u001b[2J way' })
    setup.registry.faults.add(TOKEN, answer(status, {}, body))
    await expect(setup.head()).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringContaining(`returned ${status} invalid_scope: no [2J way; `),
    })
  },
)
