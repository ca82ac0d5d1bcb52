import { expect, test } from 'vitest'
import { createWidth } from '../../../copy/blobs/width.ts'

const MB = 1_000_000

/** What the width becomes while a line brings what `rateAt` says for it; half of that in the first moments. */
function widths(rateAt: (times: number) => number): number[] {
  const width = createWidth()
  const seen = [width.times()]
  for (let count = 0; count < 20 && !width.isSettled(); count++) {
    width.look(rateAt(width.times()) * (count % 2 === 0 ? 0.5 : 1))
    if (width.times() !== seen.at(-1)) seen.push(width.times())
  }
  expect(width.isSettled()).toBe(true)
  return seen
}

test('on a line that is full, one more is tried once', () => {
  expect(widths(() => 25 * MB)).toEqual([1, 1.5, 1])
})

test('where every connection has a limit of its own, there are more and more', () => {
  expect(widths((times) => times * 25 * MB)).toEqual([1, 1.5, 2.25, 3.375, 4])
})

test('where a line fills up, it ends there', () => {
  expect(widths((times) => Math.min(times * 25, 50) * MB)).toEqual([1, 1.5, 2.25, 3.375, 2.25])
})

test('while nothing moves, nothing is tried', () => {
  const width = createWidth()
  for (let count = 0; count < 5; count++) width.look(0)
  expect([width.times(), width.isSettled()]).toEqual([1, false])
})

test('once it is settled, nothing changes it', () => {
  const width = createWidth()
  for (const rate of [5, 25, 25, 25, 25]) width.look(rate * MB)
  expect(width.isSettled()).toBe(true)
  width.look(500 * MB)
  expect(width.times()).toBe(1)
})
