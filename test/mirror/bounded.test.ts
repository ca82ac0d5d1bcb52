// Many at once, but not all of them.
import { describe, expect, test } from 'vitest'
import { eachBounded, mapBounded } from '../../mirror/bounded.ts'

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

describe('one result after the other', () => {
  test('comes in order, with so many in flight and none kept', async () => {
    let inFlight = 0
    let most = 0
    const work = async (item: number) => {
      most = Math.max(most, ++inFlight)
      await new Promise((resolve) => setImmediate(resolve))
      inFlight -= 1
      return item * 2
    }
    const results = []
    for await (const result of eachBounded([1, 2, 3, 4, 5], 2, work)) results.push(result)
    expect(results).toEqual([2, 4, 6, 8, 10])
    expect(most).toBe(2)
  })

  test('is asked for before more work is begun', async () => {
    const begun: number[] = []
    const results = eachBounded([1, 2, 3, 4, 5], 2, async (item) => begun.push(item))
    await results.next()
    expect(begun).toEqual([1, 2])
    await results.return(0)
    expect(begun).toEqual([1, 2])
  })

  test('fails where the first one failed, after those before it', async () => {
    const results: number[] = []
    const work = async (item: number) => {
      if (item > 1) throw new Error(`no ${item}`)
      return item
    }
    const reading = (async () => {
      for await (const result of eachBounded([1, 2, 3], 3, work)) results.push(result)
    })()
    await expect(reading).rejects.toThrow('no 2')
    expect(results).toEqual([1])
  })

  test('of nothing is nothing', async () => {
    expect(await eachBounded([], 2, async () => 1).next()).toMatchObject({ done: true })
  })
})
