// The cost of a mirror by part: each part counts what it should, and nothing else.
import { expect, test } from 'vitest'
import { costsAtMost, costsOf, costsOfPlace, totalOf } from '../../estimate/costs.ts'
import { PRICES } from '../../estimate/prices.ts'
import { uniformWorkload } from '../../estimate/uniform.ts'
import { type Fixtures, NO_FIXTURES, PLACES, type Workload } from '../../estimate/workload.ts'
import { LIST } from './workload.ts'

const WORK = uniformWorkload(LIST)

const withFixtures = (fixtures: Partial<Fixtures>): Workload => ({
  ...WORK,
  fixtures: { ...NO_FIXTURES, ...fixtures },
})

test('counts storage in every region, and transfer to all regions except the first', () => {
  const { storage, transfer } = costsOf(WORK)
  expect(storage).toBeCloseTo(7 * 0.5 * PRICES.ecrGbMonth)
  expect(transfer).toBeCloseTo(4 * 4 * 0.5 * PRICES.regionGb)
})

test('counts no builds and no transfer without changes, and only what stays without runs', () => {
  expect(costsOf({ ...WORK, changesPerMonth: 0 })).toMatchObject({ builds: 0, transfer: 0 })
  const never = costsOf(uniformWorkload({ ...LIST, runsPerMonth: 0 }))
  const { storage, keys, monitoring, documents, ...rest } = never
  expect(Object.values(rest)).toEqual([0, 0, 0, 0, 0])
  expect(keys).toBe(PRICES.kmsKey)
  expect(storage).toBeGreaterThan(0)
  expect(monitoring).toBeGreaterThan(0)
  // The state of the mirror.
  expect(documents).toBeLessThan(0.001)
})

test('an image changes at most as often as it is checked', () => {
  const rare = costsOf(uniformWorkload({ ...LIST, runsPerMonth: 2, changesPerMonth: 4 }))
  expect(rare.builds).toBeCloseTo(costsOf(uniformWorkload({ ...LIST, changesPerMonth: 2 })).builds)
})

test('bills builds per started minute on instances, by their processor, and per second on Lambda', () => {
  // 20 s for the start, and 5 GB at 50 MB/s.
  const large = { ...LIST, gigabytes: 5 }
  const work = uniformWorkload(large)
  expect(costsOf(work).builds).toBeCloseTo(7 * 4 * 2 * PRICES.buildMinute)
  expect(costsOf({ ...work, compute: 'x86' }).builds).toBeCloseTo(7 * 4 * 2 * PRICES.x86BuildMinute)
  expect(costsOf({ ...work, compute: 'lambda' }).builds).toBeCloseTo(
    7 * 4 * 120 * 2 * PRICES.lambdaBuildGbSecond,
  )
})

test('prefers the measured duration of a build', () => {
  const images = WORK.images.map((image) => ({
    ...image,
    pairs: image.pairs.map((pair) => ({ ...pair, buildSeconds: 61 })),
  }))
  expect(costsOf({ ...WORK, images }).builds).toBeCloseTo(7 * 4 * 2 * PRICES.buildMinute)
})

test('adds the keys of other push regions and of repositories, and secrets with their reads', () => {
  expect(costsOf(withFixtures({ pushRegions: 2, keys: 3 })).keys).toBeCloseTo(6 * PRICES.kmsKey)
  // Each image, each comparison and each build may read a secret.
  const reads = 30 * (3 + 7) + 7 * 4
  expect(costsOf(withFixtures({ secrets: 2 })).keys - PRICES.kmsKey).toBeCloseTo(
    2 * PRICES.secret + reads * PRICES.secretRequest,
  )
})

test('adds requests to KMS for changes of encrypted repositories', () => {
  const images = WORK.images.map((image) => ({
    ...image,
    pairs: image.pairs.map((pair) => ({ ...pair, usesKms: true })),
  }))
  expect(costsOf({ ...WORK, images }).keys - costsOf(WORK).keys).toBeCloseTo(7 * 4 * 20 * PRICES.kmsRequest)
})

test('adds what reads lists elsewhere: a request for an object, and read units for a table', () => {
  const lists = { objects: 2, tables: 1 }
  expect(costsOf(withFixtures({ lists })).documents - costsOf(WORK).documents).toBeCloseTo(
    30 * (2 * PRICES.s3Get + 128 * PRICES.tableRead),
    8,
  )
})

test('adds the function and the transition of pruning', () => {
  const images = WORK.images.map((image) => ({ ...image, prunes: true }))
  const [more, less] = [costsOf({ ...WORK, images }), costsOf(WORK)]
  expect(more.stepFunctions - less.stepFunctions).toBeCloseTo(30 * PRICES.transition, 8)
  expect(more.lambda).toBeGreaterThan(less.lambda)
})

test('the total is the sum of the parts, and the rates of transfer change nothing else', () => {
  const [costs, most] = [costsOf(WORK), costsAtMost(WORK)]
  expect(totalOf(costs)).toBeCloseTo(Object.values(costs).reduce((sum, cost) => sum + cost))
  expect(most.transfer).toBeCloseTo(costs.transfer * 4.5)
  expect({ ...most, transfer: 0 }).toEqual({ ...costs, transfer: 0 })
})

test('the places add up to the whole', () => {
  const places = PLACES.map((place) => costsOfPlace(WORK, place))
  const sum = (of: (one: (typeof places)[number]) => number) => places.reduce((all, one) => all + of(one), 0)
  const { builds, transfer, storage } = costsOf(WORK)
  expect(sum((one) => one.builds)).toBeCloseTo(builds)
  expect(sum((one) => one.transfer)).toBeCloseTo(transfer)
  expect(sum((one) => one.storage)).toBeCloseTo(storage)
  expect(sum(({ pairs }) => pairs)).toBe(7)
})
