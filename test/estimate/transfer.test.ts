// Transfer and storage by where targets are.
import { expect, test } from 'vitest'
import { LOWER_RATES, storageCost, transferCost, UPPER_RATES } from '../../estimate/transfer.ts'
import { uniformWorkload } from '../../estimate/uniform.ts'
import type { ImageLoad, PlaceKind, Workload } from '../../estimate/workload.ts'
import { LIST } from './workload.ts'

/** One image of 1 GB that changes once. */
function workOf(places: readonly PlaceKind[], more: Partial<ImageLoad> = {}): Workload {
  const pairs = places.map((place) => ({ place, changed: 1, stored: 1 }))
  const images = [{ runsPerMonth: 30, pairs, ...more }]
  return { ...uniformWorkload(LIST), images, changesPerMonth: 1 }
}

test.each<[string, PlaceKind[], number, number]>([
  ['the home region reads from upstream, free of charge', ['home'], 0, 0],
  ['another region costs what its push costs', ['home', 'region'], 0.02, 0.09],
  ['another account in the home region is free', ['home', 'account'], 0, 0],
  ['another account elsewhere costs as much as a region', ['home', 'farAccount'], 0.02, 0.09],
  ['another registry costs the rate to the internet', ['home', 'registry'], 0.09, 0.09],
  ['ECR Public is free from its region', ['home', 'gallery'], 0, 0],
  ['ECR Public costs transfer from other regions', ['home', 'farGallery'], 0.02, 0.09],
  ['targets read from the first region if the home region is none', ['region', 'region'], 0.06, 0.27],
  ['reading from another registry is free', ['registry', 'registry'], 0.18, 0.18],
])('%s', (_what, places, lower, upper) => {
  expect(transferCost(workOf(places), LOWER_RATES)).toBeCloseTo(lower)
  expect(transferCost(workOf(places), UPPER_RATES)).toBeCloseTo(upper)
})

test('a source in ECR of another region is read once', () => {
  expect(transferCost(workOf(['home', 'home'], { fromOtherRegion: true }), LOWER_RATES)).toBeCloseTo(0.02)
})

test('counts the transfer of a pair at its own place', () => {
  const work = workOf(['region', 'account'])
  // The account reads from the region.
  expect(transferCost(work, LOWER_RATES, 'account')).toBeCloseTo(0.02)
  expect(transferCost(work, LOWER_RATES, 'region')).toBeCloseTo(0.02)
})

test('counts storage in ECR only', () => {
  const work = workOf(['home', 'farAccount', 'gallery', 'registry'])
  expect(storageCost(work)).toBeCloseTo(0.3)
  expect(storageCost(work, 'registry')).toBe(0)
})
