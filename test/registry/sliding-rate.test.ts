import { expect, test } from 'vitest'
import { slidingRate } from '../../registry/sliding-rate.ts'

test('a rate is what moved within the window', () => {
  const rate = slidingRate(100, 0)
  rate.add(50, 300)
  rate.add(90, 700)
  expect(rate.at(100)).toBe(10)
})

test('what is older than the window is forgotten', () => {
  const rate = slidingRate(100, 0)
  rate.add(50, 300)
  rate.add(90, 700)
  expect(rate.at(160)).toBe(7)
  expect(rate.at(200)).toBe(0)
})

test('before a whole window has gone by nothing is known', () => {
  const rate = slidingRate(100, 1000)
  rate.add(1010, 5000)
  expect(rate.at(1050)).toBe(0)
})
