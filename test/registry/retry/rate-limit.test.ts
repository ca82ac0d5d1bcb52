// The effect of a registry's 429s on all of its requests.
import { expect, test } from 'vitest'
import type { RegistriesOptions } from '../../../registry/open.ts'
import { type Action, answer, headers, refuse } from '../../support/actions.ts'
import { type TestClient, testClient } from '../../support/client.ts'
import { fakeClock } from '../../support/clock.ts'
import { imageOf, randomBlob } from '../../support/content.ts'
import { startFaultyRegistry } from '../../support/faulty-registry.ts'
import { seedImage } from '../../support/seed.ts'

const ANY = /\/v2\//
const QUOTA = 'You have reached your unauthenticated pull rate limit.'

async function prepared(options: RegistriesOptions = {}) {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry())
  const image = imageOf([randomBlob(100)])
  await seedImage(registry, image, 'v1')
  const client: TestClient = stack.use(testClient(options))
  const repository = await client.open(registry.address)
  return { registry, client, repository, image, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

const throttle = (extra: Record<string, string> = {}): Action =>
  refuse(429, 'TOOMANYREQUESTS', 'Rate exceeded', extra)

test('row 31: pauses all requests to a host for its Retry-After', async () => {
  const slept: number[] = []
  const clock = fakeClock()
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  const sleep = async (ms: number): Promise<void> => {
    slept.push(ms)
    await over
  }
  await using setup = await prepared({ clock: { ...clock, sleep } })
  setup.registry.faults.add(ANY, throttle({ 'retry-after': '2' }))
  const first = setup.repository.headManifest('v1')
  await expect.poll(() => slept.length, { timeout: 60_000 }).toBe(1)
  const others = Array.from({ length: 20 }, () => setup.repository.headManifest('v1'))
  await expect.poll(() => slept.length, { timeout: 60_000 }).toBe(21)
  expect(setup.registry.seen).toHaveLength(1)
  expect(Math.min(...slept)).toBeGreaterThanOrEqual(2000)
  clock.advance(2500)
  end()
  expect(await Promise.all([first, ...others])).not.toContain(undefined)
})

test('spreads the waiting requests after a pause', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(ANY, throttle({ 'retry-after': '4' }))
  await setup.repository.headManifest('v1')
  // With the maximum jitter.
  expect(setup.client.clock.slept).toEqual([5000])
})

test('rows 34 and 36: continues requests to other hosts', async () => {
  await using setup = await prepared()
  await using other = await startFaultyRegistry()
  await seedImage(other, setup.image, 'v1')
  setup.registry.faults.add(ANY, throttle({ 'retry-after': '2' }))
  const limited = setup.repository.headManifest('v1')
  expect(await (await setup.client.open(other.address)).headManifest('v1')).toBeDefined()
  await limited
})

test('row 33: backs off without Retry-After', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(
    { on: ANY, times: 3 },
    answer(429, { 'content-type': 'text/html' }, '<html>429</html>'),
  )
  await setup.repository.headManifest('v1')
  const [first = 0, second = 0, third = 0] = setup.client.clock.slept
  expect(second).toBeGreaterThan(first)
  expect(third).toBeGreaterThan(second)
})

test('gives up on a permanent 429 and reports it', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: ANY, times: 99 }, throttle())
  await expect(setup.repository.headManifest('v1')).rejects.toMatchObject({
    kind: 'rateLimited',
    quotaExhausted: false,
  })
  expect(setup.registry.seen).toHaveLength(6)
})

test('fails all requests immediately if the wait exceeds the patience', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(ANY, throttle({ 'retry-after': '600' }))
  await expect(setup.repository.headManifest('v1')).rejects.toMatchObject({ retryAfterSeconds: 600 })
  setup.client.clock.advance(100_000)
  await expect(setup.repository.headManifest('v1')).rejects.toMatchObject({
    kind: 'rateLimited',
    retryAfterSeconds: 500,
  })
  expect(setup.registry.seen).toHaveLength(1)
  expect(setup.client.clock.slept).toEqual([])
  setup.client.clock.advance(500_000)
  expect(await setup.repository.headManifest('v1')).toBeDefined()
})

test('row 34: stops pulls of a host with an exhausted quota, and reports the wait', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(
    { on: /GET .*manifests/, times: 99 },
    refuse(429, 'TOOMANYREQUESTS', QUOTA, { 'ratelimit-remaining': '0;w=21600' }),
  )
  const pull = () => setup.repository.getManifest('v1')
  const exhausted = { kind: 'rateLimited', quotaExhausted: true, retryAfterSeconds: 3600 }
  await expect(pull()).rejects.toMatchObject(exhausted)
  await expect(pull()).rejects.toMatchObject(exhausted)
  expect(setup.registry.seen).toHaveLength(1)
})

test('row 34: continues requests that the quota does not count', async () => {
  await using setup = await prepared()
  setup.registry.faults.add(/GET .*manifests/, refuse(429, 'TOOMANYREQUESTS', QUOTA))
  await expect(setup.repository.getManifest('v1')).rejects.toMatchObject({ quotaExhausted: true })
  expect(await setup.repository.headManifest('v1')).toBeDefined()
  const [blob] = setup.image.blobs
  expect(blob && (await setup.repository.hasBlob(blob.descriptor))).toBe(true)
})

test('reads the quota from a HEAD', async () => {
  await using setup = await prepared()
  expect(setup.repository.rateLimit()).toBeUndefined()
  setup.registry.faults.add(
    ANY,
    headers({ 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' }),
  )
  await setup.repository.headManifest('v1')
  expect(setup.repository.rateLimit()).toEqual({ limit: 100, remaining: 76, windowSeconds: 21_600 })
  // A response without a quota keeps the last one.
  await setup.repository.headManifest('v1')
  expect(setup.repository.rateLimit()).toMatchObject({ remaining: 76 })
})

test('counts responses that ask to slow down', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: ANY, times: 2 }, throttle())
  await setup.repository.headManifest('v1')
  expect(setup.repository.traffic()).toMatchObject({ requests: 3, throttled: 2 })
})

test('counts only manifest GETs as pulls', async () => {
  await using setup = await prepared()
  await setup.repository.headManifest('v1')
  await setup.repository.getManifest('v1')
  await setup.repository.listTags()
  const [blob] = setup.image.blobs
  if (blob) for await (const _ of await setup.repository.blob(blob.descriptor).open());
  expect(setup.repository.traffic()).toMatchObject({ requests: 4, countedPulls: 1 })
})
