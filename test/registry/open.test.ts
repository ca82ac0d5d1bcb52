import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { USER_AGENT } from '../../registry/http/user-agent.ts'
import { createRegistries } from '../../registry/open.ts'
import { imageOf } from '../support/content.ts'
import { startFaultyRegistry } from '../support/faulty-registry.ts'
import { seedImage } from '../support/seed.ts'
import { basicOf, tokenAuth } from '../support/token-auth.ts'

const USER = { username: 'robot', password: 'secret' }

test('reads a registry at the operator’s endpoint', async () => {
  await using mirror = await startFaultyRegistry()
  await seedImage(mirror, imageOf([]), 'v1', 'library/redis')
  const registries = createRegistries({ environment: { REGISTRY_ENDPOINT_URL_DOCKER_IO: mirror.origin } })
  const repository = await registries.open({ registry: 'docker.io', repository: 'library/redis' })
  expect(repository).toMatchObject({ name: 'docker.io/library/redis', registry: 'docker.io' })
  expect(await repository.listTags()).toEqual(['v1'])
  await registries.close()
})

test('shares connections and tokens between repositories of a registry', async () => {
  await using registry = await startFaultyRegistry({ quirks: { auth: tokenAuth() } })
  const registries = createRegistries()
  for (let count = 0; count < 3; count++) {
    const repository = await registries.open({ registry: registry.address, repository: 'team/app' })
    await repository.headManifest('v1')
  }
  expect(registry.matching(/token/)).toHaveLength(1)
  await registries.close()
})

test('does not share tokens between identities', async () => {
  await using registry = await startFaultyRegistry({ quirks: { auth: tokenAuth({ user: USER }) } })
  const registries = createRegistries()
  const where = { registry: registry.address, repository: 'team/app' }
  await (await registries.open(where, USER)).headManifest('v1')
  await expect((await registries.open(where)).headManifest('v1')).rejects.toMatchObject({
    kind: 'unauthorized',
  })
  expect(registry.matching(/token/).map(({ headers }) => headers.authorization)).toEqual([
    basicOf(USER),
    undefined,
  ])
  await registries.close()
})

test('counts traffic per repository', async () => {
  await using registry = await startFaultyRegistry()
  const registries = createRegistries()
  const [one, other] = await Promise.all(
    ['team/one', 'team/other'].map((repository) =>
      registries.open({ registry: registry.address, repository }),
    ),
  )
  await one?.headManifest('v1')
  expect([one?.traffic().requests, other?.traffic().requests]).toEqual([1, 0])
  await registries.close()
})

test('sends the User-Agent with the current version', async () => {
  await using registry = await startFaultyRegistry()
  const registries = createRegistries()
  await (await registries.open({ registry: registry.address, repository: 'team/app' })).headManifest('v1')
  expect(registry.seen[0]?.headers['user-agent']).toBe(USER_AGENT)
  expect(USER_AGENT).toBe(`image-mirror/${packageJson.version}`)
  await registries.close()
})
