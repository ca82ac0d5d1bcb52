// Lists of images of one size, as workloads.
import { expect, test } from 'vitest'
import { imagesByRegion, kindsOf, uniformPairs, uniformWorkload } from '../../estimate/uniform.ts'
import { imagesOf, pairsOf } from '../../estimate/workload.ts'
import { LIST } from './workload.ts'

const work = { ...LIST, regionsOf: [3, 1, 3] }

test('counts images by region, and by number of regions', () => {
  expect(imagesByRegion(work)).toEqual([3, 2, 2])
  expect(kindsOf(work)).toEqual([
    { images: 2, regions: 3 },
    { images: 1, regions: 1 },
  ])
})

test('has one load for images with the same number of regions', () => {
  const load = uniformWorkload(work)
  expect(load.images.map(({ count, pairs }) => [count, pairs.map(({ place }) => place)])).toEqual([
    [2, ['home', 'region', 'region']],
    [1, ['home']],
  ])
  expect([imagesOf(load), pairsOf(load)]).toEqual([3, uniformPairs(work)])
})
