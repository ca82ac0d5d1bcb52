import { expect, test } from 'vitest'
import { askBlob } from '../../registry/ask-blob.ts'
import { connect } from '../../registry/connection.ts'
import { anonymous } from '../../registry/identity.ts'
import { createPauses } from '../../registry/pause.ts'
import type { Reading, Spread } from '../../registry/readings.ts'
import { createReserve } from '../../registry/reserve.ts'
import { RETRY } from '../../registry/retry.ts'
import { createSite } from '../../registry/site.ts'
import { spread } from '../../registry/spread.ts'
import { countTraffic } from '../../registry/traffic.ts'
import { createTransport } from '../../registry/transport.ts'
import { ignoreRange, resetAfter } from '../support/actions.ts'
import { REPOSITORY } from '../support/client.ts'
import { fakeClock } from '../support/clock.ts'
import { bytesOf, randomBlob } from '../support/content.ts'
import { startFaultyRegistry } from '../support/faulty-registry.ts'
import { seedBlob } from '../support/seed.ts'

const SIZE = 4_000_000
const PART = /GET .*\/blobs\//
const SPREAD: Spread = { connections: 3, bytesMeanwhile: 100_000 }

/** A blob that is to be read on over other connections as soon as something has come. */
async function prepared() {
  const stack = new AsyncDisposableStack()
  const registry = stack.use(await startFaultyRegistry())
  const blob = randomBlob(SIZE)
  await seedBlob(registry, blob)
  const clock = fakeClock()
  const transport = stack.adopt(createTransport(), (opened) => opened.close())
  const connection = connect({
    base: new URL(registry.origin),
    identity: anonymous,
    transport,
    pauses: createPauses(RETRY.patienceMs, clock),
    reserve: createReserve(registry.address, 0, clock),
    policy: RETRY,
    clock,
    realms: [],
    mayNamePrivateHosts: false,
  })
  const site = createSite(registry.address, REPOSITORY, connection, countTraffic())
  const parts = { site, descriptor: blob.descriptor, tries: connection.startTries(), signal: undefined }
  let told = false
  const reading: Reading = {
    moved: () => {
      const first = !told
      told = true
      return first ? SPREAD : undefined
    },
    [Symbol.dispose]: () => {},
  }
  const open = async (): Promise<AsyncIterable<Uint8Array>> => {
    const { body } = await askBlob(site, blob.descriptor, { start: 0 }, parts.tries, undefined)
    return spread(parts, body, 0, reading)
  }
  const ranges = (): string[] => registry.matching(PART).map(({ headers }) => headers.range ?? 'all')
  return { registry, blob, open, ranges, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('the rest comes over other connections, and the whole is as it was', async () => {
  await using setup = await prepared()
  expect((await bytesOf(await setup.open())).equals(setup.blob.bytes)).toBe(true)
  const [first, ...parts] = setup.ranges()
  expect(first).toBe('all')
  expect(parts.length).toBeGreaterThan(SPREAD.connections)
  const bounds = parts.map((range) => /^bytes=(\d+)-(\d+)$/.exec(range)?.slice(1).map(Number) ?? [])
  bounds.forEach(([start], index) => {
    if (index > 0) expect(start).toBe((bounds[index - 1]?.[1] ?? 0) + 1)
  })
  expect(bounds.at(-1)?.[1]).toBe(SIZE - 1)
})

test('a registry that does no ranges is read on as before', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: PART, skip: 1, times: 99 }, ignoreRange)
  expect((await bytesOf(await setup.open())).equals(setup.blob.bytes)).toBe(true)
})

test('a part that breaks is told, when its turn has come', async () => {
  await using setup = await prepared()
  setup.registry.faults.add({ on: /GET .*\/blobs\//, skip: 2, times: 1 }, resetAfter(1000))
  await bytesOf(await setup.open()).then(
    (bytes) => expect(bytes.equals(setup.blob.bytes)).toBe(true),
    (error) => expect(error).toMatchObject({ kind: 'unavailable' }),
  )
})

test('who leaves early asks for nothing more', async () => {
  await using setup = await prepared()
  for await (const chunk of await setup.open()) {
    expect(chunk.length).toBeGreaterThan(0)
    break
  }
  const asked = setup.ranges().length
  await new Promise((resolve) => setImmediate(resolve))
  expect(setup.ranges().length).toBe(asked)
})
