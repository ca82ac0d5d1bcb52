// What runs at the same time, and what has to wait.
import { expect, test } from 'vitest'
import { createLimit, type Limit } from '../../copy/limit.ts'

const MIB = 1024 * 1024

/** Starts work that ends when told to, and notes when it started. */
function started(limit: Limit, log: string[], name: string, bytes: number): () => Promise<void> {
  let end = (): void => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  const done = limit(bytes, () => {
    log.push(name)
    return ended
  })
  return async () => {
    end()
    await done
  }
}

/** Lets everything run that can. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('no more requests run at once than allowed', async () => {
  const limit = createLimit({ requests: 2 })
  const log: string[] = []
  const ends = ['a', 'b', 'c'].map((name) => started(limit, log, name, 0))
  await turn()
  expect(log).toEqual(['a', 'b'])
  await ends[0]?.()
  await turn()
  expect(log).toEqual(['a', 'b', 'c'])
})

test('large blobs wait for each other by their bytes, and small ones pass them', async () => {
  const limit = createLimit({ bytes: 10 * MIB, least: 0 })
  const log: string[] = []
  const first = started(limit, log, 'first', 5 * MIB)
  started(limit, log, 'second', 4 * MIB)
  started(limit, log, 'third', 3 * MIB)
  started(limit, log, 'small', 1_000)
  await turn()
  expect(log).toEqual(['first', 'second', 'small'])
  await first()
  await turn()
  expect(log).toEqual(['first', 'second', 'small', 'third'])
})

test('of those that wait, the largest goes first: it has the longest way', async () => {
  const limit = createLimit({ requests: 1, least: 0 })
  const log: string[] = []
  const first = started(limit, log, 'first', 0)
  for (const size of [2, 9, 5]) started(limit, log, `${size} MiB`, size * MIB)
  await first()
  await turn()
  expect(log).toEqual(['first', '9 MiB'])
})

test('what was found missing is moved before more is asked for', async () => {
  const limit = createLimit({ requests: 1 })
  const log: string[] = []
  const first = started(limit, log, 'first', 0)
  started(limit, log, 'question', 0)
  started(limit, log, 'small blob', 1_000)
  await first()
  await turn()
  expect(log).toEqual(['first', 'small blob'])
})

test('a blob that is larger than everything allowed still goes, beside one other', async () => {
  const limit = createLimit({ bytes: 10 * MIB, least: 0 })
  const log: string[] = []
  for (const name of ['one', 'two', 'three']) started(limit, log, name, 1_000 * MIB)
  await turn()
  expect(log).toEqual(['one', 'two'])
})

test('no more than sixteen large blobs go at once, however small they are', async () => {
  const log: string[] = []
  const limit = createLimit()
  for (let index = 0; index < 20; index++) started(limit, log, `${index}`, MIB)
  await turn()
  expect(log).toHaveLength(16)
})

test('work that fails makes room as well', async () => {
  const limit = createLimit({ requests: 1 })
  await expect(limit(0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(limit(0, async () => 'done')).resolves.toBe('done')
})
