// What operators say of registries, and what it changes: real servers, on addresses of their own.
import { expect, test } from 'vitest'
import { readRealms } from '../../../registry/model/settings.ts'
import { testClient } from '../../support/client.ts'
import { imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { listen } from '../../support/listen.ts'
import { seedImage } from '../../support/seed.ts'
import { tokenAuth } from '../../support/token-auth.ts'

const USER = { username: 'mirror', password: 'long-and-winding' }

/** A registry whose token server is somewhere else. */
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

const variable = (address: string) => `REGISTRY_REALMS_${address.replaceAll(/[.:]/g, '_')}`

test('a token server of another domain gets the credentials where the operator trusts it', async () => {
  await using setup = await apart()
  const environment = { [variable(setup.registry.address)]: `https://auth.example ${setup.realm}` }
  await using client = testClient({ environment })
  const repository = await client.open(setup.registry.address, undefined, USER)
  expect(await repository.headManifest('v1')).toBeDefined()
  expect(setup.asked).toHaveLength(1)
})

test.each([
  ['nobody', () => ({})],
  ['the operator of another registry', (realm: string) => ({ REGISTRY_REALMS_QUAY_IO: realm })],
])('it gets nothing where %s trusts it', async (_, environmentOf) => {
  await using setup = await apart()
  await using client = testClient({ environment: environmentOf(setup.realm) })
  const repository = await client.open(setup.registry.address, undefined, USER)
  await expect(repository.headManifest('v1')).rejects.toMatchObject({ kind: 'unsafe' })
  expect(setup.asked).toEqual([])
})

test('several are told apart by spaces, and none is none', () => {
  expect(readRealms('a.b', { REGISTRY_REALMS_A_B: 'https://one  https://two' })).toEqual([
    'https://one',
    'https://two',
  ])
  expect(readRealms('a.b', {})).toEqual([])
})
