// One stream for several readers: order, backpressure, and readers that are too slow.
import { expect, test } from 'vitest'
import { createTee, FellBehind } from '../../../copy/blobs/tee.ts'
import { giveBack, own } from '../../../registry/http/owned-bytes.ts'
import type { Clock } from '../../../registry/model/clock.ts'

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A clock that the test advances, which wakes pending sleeps. */
function manualClock(): Clock & { pass(ms: number): Promise<void> } {
  let now = 0
  const sleepers: { at: number; wake: () => void }[] = []
  return {
    now: () => now,
    random: () => 0,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ at: now + ms, wake: resolve })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
    async pass(ms) {
      now += ms
      for (const { at, wake } of sleepers) if (at <= now) wake()
      await turn()
    },
  }
}

/** Counts the chunks that were read. */
function counting(count: number, size: number) {
  const state = { taken: 0, left: false }
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (; state.taken < count; state.taken++) yield new Uint8Array(size).fill(state.taken % 256)
    } finally {
      state.left = true
    }
  }
  return { state, stream: chunks() }
}

async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

test('passes all bytes to every reader in order', async () => {
  const tee = createTee({ clock: manualClock() })
  const readers = [tee.join(), tee.join(), tee.join()].map(bytesOf)
  await tee.pump(pieces('a', 'bc', '', 'd'))
  expect((await Promise.all(readers)).map(String)).toEqual(['abcd', 'abcd', 'abcd'])
})

test('frees a chunk after every reader has released it', async () => {
  const tee = createTee({ clock: manualClock() })
  const [one, other] = [tee.join(), tee.join()]
  const chunk = own(new Uint8Array(100_000))
  void tee.pump(
    (async function* () {
      yield chunk
    })(),
  )
  for await (const read of one) giveBack(read)
  expect(chunk).toHaveLength(100_000)
  for await (const read of other) giveBack(read)
  expect(chunk).toHaveLength(0)
})

test('reads the source no faster than its readers, in constant memory', async () => {
  const tee = createTee({ clock: manualClock(), maxBytes: 4_000 })
  tee.join()
  tee.join()
  const { state, stream } = counting(1_000, 1_000)
  void tee.pump(stream)
  for (let index = 0; index < 50; index++) await turn()
  expect(state.taken).toBeLessThanOrEqual(5)
})

test('drops a reader that alone delays the others', async () => {
  const clock = manualClock()
  const tee = createTee({ clock, maxBytes: 2_000, patienceMs: 1_000 })
  const quick = bytesOf(tee.join())
  const stuck = tee.join()
  const { stream } = counting(20, 1_000)
  const pumped = tee.pump(stream)
  await turn()
  await clock.pass(2_000)
  await pumped
  expect(await quick).toHaveLength(20_000)
  await expect(bytesOf(stuck)).rejects.toThrow(FellBehind)
})

test('drops no reader while all are slow', async () => {
  const clock = manualClock()
  const tee = createTee({ clock, maxBytes: 2_000, patienceMs: 1_000 })
  const readers = [tee.join(), tee.join()]
  const { stream } = counting(20, 1_000)
  const pumped = tee.pump(stream)
  await turn()
  await clock.pass(60_000)
  const read = await Promise.all(readers.map(bytesOf))
  await pumped
  expect(read.map(({ length }) => length)).toEqual([20_000, 20_000])
})

test('keeps readers that are slow in turn', async () => {
  const clock = manualClock()
  const tee = createTee({ clock, maxBytes: 1_000, patienceMs: 1_000 })
  const readers = [tee.join(), tee.join()].map((stream) => stream[Symbol.asyncIterator]())
  const pumped = tee.pump(counting(40, 1_000).stream)
  for (let chunk = 0; chunk < 40; chunk++) {
    await turn()
    const [quick, slow] = chunk % 2 === 0 ? readers : [...readers].reverse()
    await quick?.next()
    await turn()
    await clock.pass(400)
    expect(await slow?.next()).toMatchObject({ done: false })
  }
  await pumped
})

test('continues after a reader leaves early', async () => {
  const tee = createTee({ clock: manualClock(), maxBytes: 1_000 })
  const staying = bytesOf(tee.join())
  const leaving = tee.join()
  const { stream } = counting(20, 1_000)
  const pumped = tee.pump(stream)
  for await (const _ of leaving) break
  await pumped
  expect(await staying).toHaveLength(20_000)
})

test('stops reading the source after all readers leave', async () => {
  const tee = createTee({ clock: manualClock(), maxBytes: 1_000 })
  const reader = tee.join()
  const { state, stream } = counting(1_000, 1_000)
  const pumped = tee.pump(stream)
  for await (const _ of reader) break
  await pumped
  expect(state.left).toBe(true)
  expect(state.taken).toBeLessThan(5)
})

test('fails every reader if the source fails', async () => {
  const tee = createTee({ clock: manualClock() })
  const readers = [tee.join(), tee.join()].map(bytesOf)
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('half')
    throw new Error('reset')
  }
  const settled = Promise.allSettled(readers)
  await expect(tee.pump(broken())).rejects.toThrow('reset')
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
