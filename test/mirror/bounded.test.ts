// Many at once, but not all of them.
import { expect, test } from 'vitest'
import { mapBounded } from '../../mirror/bounded.ts'

/** Lets everything that is ready to run do so. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('the order of results is that of the items, and no more than the limit are in flight', async () => {
  let inFlight = 0
  let most = 0
  const results = await mapBounded([3, 1, 2, 5, 4], 2, async (item) => {
    most = Math.max(most, ++inFlight)
    for (let turn = 0; turn < item; turn++) await settle()
    inFlight--
    return item * 10
  })
  expect(results).toEqual([30, 10, 20, 50, 40])
  expect(most).toBe(2)
})

test('after a failure nothing new is started', async () => {
  const started: number[] = []
  const run = mapBounded([0, 1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item)
    await settle()
    if (item === 1) throw new Error('no')
  })
  await expect(run).rejects.toThrow('no')
  await settle()
  await settle()
  expect(started.length).toBeLessThanOrEqual(3)
})

test('nothing to do is done at once', async () => {
  expect(await mapBounded([], 8, async () => 1)).toEqual([])
})
