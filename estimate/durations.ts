/** Durations of builds and of runs. */
import { ASSUMED } from './assumed.ts'
import { type PairLoad, pairsOf, sumOf, type Workload } from './workload.ts'

export function buildSeconds({ changed, buildSeconds }: Pick<PairLoad, 'changed' | 'buildSeconds'>): number {
  return buildSeconds ?? ASSUMED.buildStartSeconds + copySeconds(changed)
}

export function copySeconds(gigabytes: number): number {
  return (gigabytes * 1000) / ASSUMED.buildMegabytesPerSecond
}

/** Duration of a run without changes, and of a run in which everything has changed. */
export function hoursOf(work: Workload): { readonly unchanged: number; readonly changed: number } {
  const { images, regions, builds } = work.concurrency
  const looking = sumOf(work, ({ pairs: { length: count } }) => {
    const steps = Math.min(count, 1) + Math.ceil(Math.max(count - 1, 0) / regions)
    return ASSUMED.resolveSeconds + steps * ASSUMED.diffSeconds
  })
  const atOnce = Math.min(builds, images * regions)
  const building = sumOf(work, ({ pairs }) => pairs.reduce((sum, pair) => sum + buildSeconds(pair), 0))
  return { unchanged: looking / images / 3600, changed: (looking / images + building / atOnce) / 3600 }
}

/** Duration of a build, on average. */
export function meanBuildSeconds(work: Workload): number {
  const all = sumOf(work, ({ pairs }) => pairs.reduce((sum, pair) => sum + buildSeconds(pair), 0))
  return all / Math.max(1, pairsOf(work))
}
