// Concurrency of large blobs, to one target and to several.
import { expect, test } from 'vitest'
import { createLanes, type Lanes } from '../../../copy/blobs/lanes.ts'
import type { Digest } from '../../../registry/model/reference.ts'

const MIB = 1024 * 1024
/** The number of blobs of this size that are copied concurrently. */
const LARGE = 80 * MIB
const EIGHT = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

/** Starts work that the test ends, and records its start. */
function started(
  lanes: Lanes,
  log: string[],
  name: string,
  size: number,
  digest = name,
): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const done = lanes({ mediaType: 'a', digest: digest as Digest, size }, () => {
    log.push(name)
    return promise
  })
  return () => {
    resolve()
    return done
  }
}

function startMany(lanes: Lanes, log: string[], count: number, size: number): void {
  for (let index = 0; index < count; index++) started(lanes, log, `${index}`, size)
}

/** Runs all pending callbacks. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test.each([
  ['small', 1_000, 20],
  ['medium', 2 * MIB, 16],
  ['large', LARGE, 8],
  ['very large', 1_000 * MIB, 2],
])('transfers %s blobs of %i bytes %i at a time', async (_, size, expected) => {
  const log: string[] = []
  startMany(createLanes(), log, 20, size)
  await turn()
  expect(log).toHaveLength(expected)
})

test('admits the largest waiting blob first, because it takes longest', async () => {
  const lanes = createLanes()
  const log: string[] = []
  const ends = EIGHT.map((name) => started(lanes, log, name, LARGE))
  for (const size of [20, 70, 50]) started(lanes, log, `${size} MiB`, size * MIB)
  await ends[0]?.()
  await turn()
  expect(log).toEqual([...EIGHT, '70 MiB'])
})

test("shares a blob's lane among all of its targets", async () => {
  const lanes = createLanes()
  const log: string[] = []
  const blobs = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']
  // The two targets learn of the blobs in opposite orders.
  const ends = blobs.map((blob) => started(lanes, log, `near ${blob}`, LARGE, blob))
  for (const blob of blobs.toReversed()) started(lanes, log, `far ${blob}`, LARGE, blob)
  await turn()
  expect(log.toSorted()).toEqual(
    blobs
      .slice(0, 8)
      .flatMap((blob) => [`near ${blob}`, `far ${blob}`])
      .sort(),
  )
  // The other target is slow, and still receives both next blobs at the same time.
  log.length = 0
  await ends[0]?.()
  await turn()
  expect(log).toEqual(['near 9', 'far 9'])
})

test('makes a late target wait for a lane too', async () => {
  const lanes = createLanes()
  const log: string[] = []
  const [end] = EIGHT.map((name) => started(lanes, log, name, LARGE))
  started(lanes, log, 'i', LARGE)
  await end?.()
  started(lanes, log, 'a, late', LARGE, 'a')
  await turn()
  expect(log).toEqual([...EIGHT, 'i'])
})

test('returns the lane of failed work', async () => {
  const lanes = createLanes()
  const log: string[] = []
  const blob = { mediaType: 'a', digest: 'broken' as Digest, size: LARGE }
  const broken = Promise.withResolvers<void>()
  const failing = lanes(blob, () => broken.promise)
  startMany(lanes, log, 8, LARGE)
  broken.reject(new Error('broken'))
  await expect(failing).rejects.toThrow('broken')
  await turn()
  expect(log).toHaveLength(8)
})
