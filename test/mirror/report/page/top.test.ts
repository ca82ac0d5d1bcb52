import { expect, test } from 'vitest'
import { startTop } from '../../../../mirror/report/page/top.ts'

test('keeps the largest values, largest first', () => {
  const top = startTop<number>(3, (value) => value)
  for (const value of [5, 1, 9, 3, 7, 2, 8, 0]) top.add(value)
  expect(top.values()).toEqual([9, 8, 7])
  top.add(10)
  expect(top.values()).toEqual([10, 9, 8])
})

test('leaves out values of no size', () => {
  const top = startTop<number>(3, (value) => value)
  for (const value of [0, 2, 0]) top.add(value)
  expect(top.values()).toEqual([2])
})
