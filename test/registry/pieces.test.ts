import { expect, test } from 'vitest'
import { type Pieces, readPieces } from '../../registry/pieces.ts'

interface Asked {
  readonly start: number
  readonly end: number
  readonly bring: () => void
  readonly fail: () => void
}

/** Pieces of ten bytes, which the test brings when it likes. */
function asked(end: number, atOnce: number) {
  const all: Asked[] = []
  const read = (start: number, to: number): Promise<Uint8Array[]> =>
    new Promise((resolve, reject) => {
      const bring = (): void =>
        resolve([Uint8Array.from({ length: to - start }, (_, index) => start + index)])
      all.push({ start, end: to, bring, fail: () => reject(new Error(`no ${start}`)) })
    })
  return { all, pieces: readPieces({ start: 5, end, atOnce, read, pieceBytes: 10 }) }
}

async function bytesOf({ chunks }: Pieces): Promise<number[]> {
  const bytes: number[] = []
  for await (const chunk of chunks) bytes.push(...chunk)
  return bytes
}

/** Everything that is only waiting for promises has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('pieces are handed on in their order, whichever comes first', async () => {
  const { all, pieces } = asked(28, 3)
  const bytes = bytesOf(pieces)
  for (const { bring } of [...all].reverse()) bring()
  expect(await bytes).toEqual(Array.from({ length: 23 }, (_, index) => 5 + index))
  expect(all.map(({ start, end }) => [start, end])).toEqual([
    [5, 15],
    [15, 25],
    [25, 28],
  ])
})

test('they are ready when the first has come', async () => {
  const { all, pieces } = asked(28, 3)
  all[1]?.bring()
  await settled()
  expect(pieces.isReady()).toBe(false)
  all[0]?.bring()
  await settled()
  expect(pieces.isReady()).toBe(true)
  all[2]?.fail()
  await settled()
  expect(pieces.isReady()).toBe(false)
})

test('no more are on their way than there are connections', async () => {
  const { all } = asked(105, 2)
  expect(all).toHaveLength(2)
  all[1]?.bring()
  await settled()
  expect(all).toHaveLength(3)
})

test('as many as are on their way may wait for one that is late, and no more', async () => {
  const { all } = asked(205, 2)
  for (let one = 1; one < all.length; one++) {
    all[one]?.bring()
    await settled()
  }
  expect(all).toHaveLength(4)
})

test('a piece that cannot be read is told in its turn, and nothing more is asked for', async () => {
  const { all, pieces } = asked(105, 2)
  all[1]?.fail()
  await settled()
  all[0]?.bring()
  const first: number[] = []
  const reading = (async () => {
    for await (const chunk of pieces.chunks) first.push(...chunk)
  })()
  await expect(reading).rejects.toThrow('no 15')
  expect(first).toHaveLength(10)
  expect(all).toHaveLength(2)
})
