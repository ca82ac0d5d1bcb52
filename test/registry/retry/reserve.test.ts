// The part of a pull quota that is kept for other clients.
import { expect, test } from 'vitest'
import { readReserve } from '../../../registry/retry/reserve.ts'
import { headers } from '../../support/actions.ts'
import { testClient } from '../../support/client.ts'
import { imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { withQuota } from '../../support/quota.ts'
import { seedImage } from '../../support/seed.ts'

async function prepared(reserve: string) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry())
  await seedImage(registry, imageOf([randomBlob(100)]), 'v1')
  const client = stack.use(testClient({ environment: { REGISTRY_PULL_RESERVE: reserve } }))
  const repository = await client.open(registry.address)
  return { registry, client, repository, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('stops pulls at the reserve, and reports the wait', async () => {
  await using setup = await prepared('3')
  const quota = withQuota(setup.registry, 5)
  await setup.repository.getManifest('v1')
  await setup.repository.getManifest('v1')
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({
    kind: 'rateLimited',
    quotaExhausted: true,
    retryAfterSeconds: 3600,
    message: expect.stringContaining('3 of 5 pulls left, and 3 are reserved for other clients'),
  })
  expect([quota.used(), quota.refused()]).toEqual([2, 0])
  expect(setup.client.clock.slept).toEqual([])
})

test('waits until the stated reset of the quota', async () => {
  await using setup = await prepared('3')
  withQuota(setup.registry, 3, { 'ratelimit-reset': '900' })
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ retryAfterSeconds: 900 })
})

test('asks for the quota once, with a HEAD before the first pull', async () => {
  await using setup = await prepared('5')
  const quota = withQuota(setup.registry, 5)
  const pulls = Array.from({ length: 8 }, () => setup.repository.getManifest('v1'))
  const ends = await Promise.allSettled(pulls)
  expect(ends.every(({ status }) => status === 'rejected')).toBe(true)
  expect(quota.used()).toBe(0)
  expect(setup.registry.seen.map(({ method }) => method)).toEqual(['HEAD'])
})

test('counts concurrent pulls against the remaining quota', async () => {
  await using setup = await prepared('6')
  const quota = withQuota(setup.registry, 10)
  const pulls = Array.from({ length: 20 }, () => setup.repository.getManifest('v1'))
  const ends = await Promise.allSettled(pulls)
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
  expect(quota.used()).toBe(4)
})

test('continues HEADs, lists and blobs', async () => {
  await using setup = await prepared('5')
  withQuota(setup.registry, 5)
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ kind: 'rateLimited' })
  expect(await setup.repository.headManifest('v1')).toBeDefined()
  expect(await setup.repository.listTags()).toEqual(['v1'])
})

test('refreshes an old quota before it refuses a pull', async () => {
  await using setup = await prepared('5')
  const quota = withQuota(setup.registry, 6)
  await setup.repository.getManifest('v1')
  quota.refill()
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ kind: 'rateLimited' })
  setup.client.clock.advance(61_000)
  expect(await setup.repository.getManifest('v1')).toBeDefined()
})

test('asks a registry without a quota once', async () => {
  await using setup = await prepared('5')
  for (let pulls = 0; pulls < 3; pulls++) await setup.repository.getManifest('v1')
  expect(setup.registry.seen.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'GET', 'GET'])
})

test('allows pulls if the remaining count is unknown', async () => {
  await using setup = await prepared('5')
  setup.registry.faults.add({ on: /./, times: 9 }, headers({ 'ratelimit-remaining': ';w=21600' }))
  expect(await setup.repository.getManifest('v1')).toBeDefined()
})

test('uses the whole quota without a reserve', async () => {
  await using setup = await prepared('')
  const quota = withQuota(setup.registry, 2)
  await setup.repository.getManifest('v1')
  await setup.repository.getManifest('v1')
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ status: 429 })
  expect([quota.used(), quota.refused()]).toEqual([2, 1])
  expect(setup.registry.seen.every(({ method }) => method === 'GET')).toBe(true)
})

test.each([
  ['', 0],
  ['20', 20],
])('reads "%s" as %i pulls', (text, pulls) => {
  expect(readReserve({ REGISTRY_PULL_RESERVE: text })).toBe(pulls)
})

test.each(['many', '-1', '1.5'])('names the variable in the error for "%s"', (text) => {
  expect(() => readReserve({ REGISTRY_PULL_RESERVE: text })).toThrow(
    `REGISTRY_PULL_RESERVE must be a number of pulls, such as 20, but is "${text}"`,
  )
})
