// Limits of concurrency.
import { expect, test } from 'vitest'
import { createLimit, type Limit } from '../../copy/limit.ts'

const MIB = 1024 * 1024

/** Starts work that the test ends, and records its start. */
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

/** Runs all pending callbacks. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('limits concurrent requests', async () => {
  const limit = createLimit(2)
  const log: string[] = []
  const ends = ['a', 'b', 'c'].map((name) => started(limit, log, name, 0))
  await turn()
  expect(log).toEqual(['a', 'b'])
  await ends[0]?.()
  await turn()
  expect(log).toEqual(['a', 'b', 'c'])
})

test('admits the largest waiting blob first, because it takes longest', async () => {
  const limit = createLimit(1)
  const log: string[] = []
  const first = started(limit, log, 'first', 0)
  for (const size of [2, 9, 5]) started(limit, log, `${size} MiB`, size * MIB)
  await first()
  await turn()
  expect(log).toEqual(['first', '9 MiB'])
})

test('transfers missing content before it requests more', async () => {
  const limit = createLimit(1)
  const log: string[] = []
  const first = started(limit, log, 'first', 0)
  started(limit, log, 'question', 0)
  started(limit, log, 'small blob', 1_000)
  await first()
  await turn()
  expect(log).toEqual(['first', 'small blob'])
})

test('frees the slot of failed work', async () => {
  const limit = createLimit(1)
  await expect(limit(0, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  await expect(limit(0, async () => 'done')).resolves.toBe('done')
})
