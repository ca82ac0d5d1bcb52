// The operator's settings of registries, with real servers on separate addresses.
import { expect, test } from 'vitest'
import { readSettings } from '../../../registry/model/settings.ts'
import { testClient } from '../../support/client.ts'
import { imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { seedImage } from '../../support/seed.ts'
import { tokenAuth } from '../../support/token-auth.ts'

const USER = { username: 'mirror', password: 'long-and-winding' }

/** A registry whose token server is in another domain. */
async function apart() {
  const stack = new AsyncDisposableStack()
  let realm = ''
  const auth = tokenAuth({
    user: USER,
    challenge: (_, scope) => `Bearer realm="${realm}/token",scope="${scope}"`,
  })
  const asked: string[] = []
  const tokens = stack.use(
    await listen((request, response) => {
      asked.push(request.headers.authorization ?? '')
      void auth.answer(request, response)
    }, '127.0.0.2'),
  )
  realm = tokens.origin
  const registry = stack.use(await startFaultyRegistry({ quirks: { auth } }))
  await seedImage(registry, imageOf([randomBlob(9)]), 'v1')
  return { registry, realm, asked, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const trusting = (host: string, ...realms: string[]) => ({
  REGISTRY_SETTINGS: JSON.stringify({ [host]: { realms } }),
})

test('sends credentials to a token server of another domain that the operator trusts', async () => {
  await using setup = await apart()
  const environment = trusting(setup.registry.address, 'https://auth.example', setup.realm)
  await using client = testClient({ environment })
  const repository = await client.open(setup.registry.address, undefined, USER)
  expect(await repository.headManifest('v1')).toBeDefined()
  expect(setup.asked).toHaveLength(1)
})

test.each([
  ['nobody', (_realm: string) => ({})],
  ['the operator of another registry', (realm: string) => trusting('quay.io', realm)],
])('sends no credentials if %s trusts the token server', async (_, environmentOf) => {
  await using setup = await apart()
  await using client = testClient({ environment: environmentOf(setup.realm) })
  const repository = await client.open(setup.registry.address, undefined, USER)
  await expect(repository.headManifest('v1')).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.asked).toEqual([])
})

test('distinguishes hosts that differ in punctuation or port', () => {
  const hosts = ['a-b.example', 'a.b.example', 'a_b.example', 'a.b.example:80', 'a.b.example-80']
  const given = Object.fromEntries(hosts.map((host) => [host, { realms: [`https://${host}`] }]))
  const found = readSettings({ REGISTRY_SETTINGS: JSON.stringify(given) })
  expect(Object.fromEntries(found)).toEqual(given)
})

test('finds a host in any case and by its aliases', () => {
  const written = { 'Quay.IO': { realms: [] }, 'index.docker.io': { realms: ['https://one.example'] } }
  const found = readSettings({ REGISTRY_SETTINGS: JSON.stringify(written) })
  expect([...found.keys()]).toEqual(['quay.io', 'docker.io'])
})

test.each([undefined, '', ' \n'])('takes %j as no settings', (text) => {
  expect(readSettings({ REGISTRY_SETTINGS: text }).size).toBe(0)
})

test.each([
  ['quay.io https://auth.example', 'it is not JSON'],
  ['[]', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['{"quay.io": "iam"}', 'the value of "quay.io" is not an object'],
  ['{"quay.io": {"realm": "https://auth.example"}}', 'has the unknown key "realm"'],
  ['{"quay.io": {"realms": "https://auth.example"}}', '"realms" of "quay.io" is not a list'],
  ['{"quay.io": {"realms": [1]}}', '"realms" of "quay.io" is not a list'],
  ['{"quay.io": {"credentials": "basic"}}', '"credentials" of "quay.io" must be "iam"'],
])('refuses %s with an example', (text, why) => {
  expect(() => readSettings({ REGISTRY_SETTINGS: text })).toThrow(
    expect.objectContaining({ kind: 'refused', message: expect.stringContaining(why) }),
  )
})
