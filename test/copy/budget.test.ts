import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createBudget } from '../../copy/budget.ts'

/** Takes from the budget, and records when it succeeds. */
function taker(most: number) {
  const budget = createBudget(most)
  const got: number[] = []
  const take = async (bytes: number) => {
    const hold = await budget.take(bytes)
    got.push(bytes)
    return hold
  }
  return { take, got }
}

test('admits what fits immediately, and the rest in order', async () => {
  const { take, got } = taker(10)
  const first = await take(6)
  void take(5)
  void take(1)
  await turn()
  expect(got).toEqual([6])
  first.release()
  await turn()
  expect(got).toEqual([6, 5, 1])
})

test('admits a request larger than the budget alone', async () => {
  const { take, got } = taker(10)
  const small = await take(1)
  const large = take(99)
  await turn()
  expect(got).toEqual([1])
  small.release()
  void take(1)
  await large
  await turn()
  expect(got).toEqual([1, 99])
})

test('releases a reservation once', async () => {
  const { take, got } = taker(10)
  const first = await take(6)
  await take(4)
  first.release()
  first.release()
  void take(6)
  void take(4)
  await turn()
  expect(got).toEqual([6, 4, 6])
})
