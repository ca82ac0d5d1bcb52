/** A list of images of one size, for regions of one account: what docs/scale.md compares designs for. */
import { type Concurrency, type ImageLoad, NO_FIXTURES, type PairLoad, type Workload } from './workload.ts'

export interface UniformList {
  /** Number of regions, for each image. */
  readonly regionsOf: readonly number[]
  readonly runsPerMonth: number
  /** Number of changes of an image per month. */
  readonly changesPerMonth: number
  /** Compressed size of an image, with all platforms and tags. */
  readonly gigabytes: number
  readonly compute: 'ec2' | 'lambda'
  readonly concurrency: Concurrency
}

export function uniformWorkload(list: UniformList): Workload {
  const { gigabytes, runsPerMonth, changesPerMonth, compute, concurrency } = list
  const pairIn = (place: PairLoad['place']): PairLoad => ({ place, changed: gigabytes, stored: gigabytes })
  return {
    images: kindsOf(list).map(({ images, regions }): ImageLoad => {
      const pairs = Array.from({ length: regions }, (_, index) => pairIn(index === 0 ? 'home' : 'region'))
      return { count: images, runsPerMonth, pairs }
    }),
    runsPerMonth,
    changesPerMonth,
    compute: compute === 'lambda' ? 'lambda' : 'arm',
    concurrency,
    fixtures: NO_FIXTURES,
  }
}

export function uniformPairs({ regionsOf }: UniformList): number {
  return regionsOf.reduce((sum, regions) => sum + regions, 0)
}

/** Groups images by their number of regions. */
export function kindsOf({ regionsOf }: UniformList): { readonly images: number; readonly regions: number }[] {
  return [...Map.groupBy(regionsOf, (regions) => regions)].map(([regions, all]) => ({
    regions,
    images: all.length,
  }))
}

/** Counts the images of each region, for images that use the first n regions. */
export function imagesByRegion({ regionsOf }: UniformList): number[] {
  const most = regionsOf.reduce((max, regions) => Math.max(max, regions), 0)
  return Array.from({ length: most }, (_, region) => regionsOf.filter((count) => count > region).length)
}
