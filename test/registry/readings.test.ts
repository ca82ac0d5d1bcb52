import { expect, test } from 'vitest'
import { createReadings, type Reading, type Spread } from '../../registry/readings.ts'

const MB = 1_000_000
const LATENCY_MS = 40

/** A job on a line of 20 MB a second: time goes by in steps of 20 ms, in each of which the blobs get what they are told. */
function line() {
  let now = 0
  const readings = createReadings(() => now)
  const begin = (size = 12 * MB): Reading => readings.begin(size, LATENCY_MS)

  /** What the first of the blobs is told, the first time that it is told anything. */
  function run(
    ms: number,
    blobs: readonly (readonly [Reading, number])[],
    waitedShare = 1,
  ): Spread | undefined {
    let told: Spread | undefined
    for (const until = now + ms; now < until; ) {
      now += 20
      for (const [reading, bytesPerMs] of blobs) {
        const spread = reading.moved(bytesPerMs * 20, waitedShare * 20)
        if (reading === blobs[0]?.[0]) told ??= spread
      }
    }
    return told
  }

  /** Three blobs that fill the line, of which the last two end. */
  function afterTwoOfThree(size?: number, waitedShare?: number): Reading {
    const last = begin(size)
    const others = [begin(), begin()]
    const rest = others.map((other) => [other, 8000] as const)
    run(1000, [[last, 4000], ...rest], waitedShare)
    for (const other of others) other[Symbol.dispose]()
    return last
  }

  return { begin, run, afterTwoOfThree }
}

test('a blob that is left on a narrow connection is read on over those that are free', () => {
  const { run, afterTwoOfThree } = line()
  expect(run(400, [[afterTwoOfThree(), 4000]])).toEqual({ connections: 2, bytesMeanwhile: 4000 * LATENCY_MS })
})

test('it is told so once', () => {
  const { run, afterTwoOfThree } = line()
  const last = afterTwoOfThree()
  run(400, [[last, 4000]])
  expect(run(400, [[last, 4000]])).toBeUndefined()
})

test('whoever has just read a blob may be about to read the next', () => {
  const { run, afterTwoOfThree } = line()
  expect(run(80, [[afterTwoOfThree(), 4000]])).toBeUndefined()
})

test('connections that the next blobs use are not free', () => {
  const { begin, run, afterTwoOfThree } = line()
  const last = afterTwoOfThree()
  const next = [begin(), begin()]
  const blobs = [last, ...next].map((reading) => [reading, 3000] as const)
  expect(run(600, blobs)).toBeUndefined()
})

test('a line that is full has no room for more', () => {
  const { run, afterTwoOfThree } = line()
  expect(run(400, [[afterTwoOfThree(40 * MB), 18_000]])).toBeUndefined()
})

test('a blob that its target holds up comes no faster over other connections', () => {
  const { run, afterTwoOfThree } = line()
  expect(run(400, [[afterTwoOfThree(12 * MB, 0.3), 4000]], 0.3)).toBeUndefined()
})

test('what is over in a moment is left alone', () => {
  const { run, afterTwoOfThree } = line()
  expect(run(400, [[afterTwoOfThree(4.75 * MB), 4000]])).toBeUndefined()
})

test('a large rest is left alone: it would cost many requests', () => {
  const { run, afterTwoOfThree } = line()
  expect(run(400, [[afterTwoOfThree(40 * MB), 4000]])).toBeUndefined()
})

test('of several the one goes first that would take longest', () => {
  const { begin, run, afterTwoOfThree } = line()
  const [last, longer] = [afterTwoOfThree(), begin(14 * MB)]
  begin(10)[Symbol.dispose]()
  expect(
    run(300, [
      [last, 4000],
      [longer, 2000],
    ]),
  ).toBeUndefined()
})

test('small blobs leave no connection that is worth anything', () => {
  const { begin, run } = line()
  const last = begin()
  run(400, [[last, 20_000]])
  for (let one = 0; one < 9; one++) begin(100_000)[Symbol.dispose]()
  expect(run(400, [[last, 4000]])).toBeUndefined()
})
