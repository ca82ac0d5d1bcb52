/** Counts the pairs of a plan by what a run would do, and derives the exit status. */
import type { ImagePlan, PlanCounts, TargetPlan } from './schema.ts'

export function countsOf(images: readonly ImagePlan[]): PlanCounts {
  const pairs = images.flatMap(({ targets }) => targets)
  const ofStatus = (wanted: TargetPlan['status']): number =>
    pairs.filter(({ status }) => status === wanted).length
  return {
    images: images.length,
    pairs: pairs.length,
    inSync: ofStatus('inSync'),
    stale: ofStatus('stale'),
    missing: ofStatus('missing'),
    failed: ofStatus('failed'),
    failedTags: images.reduce((sum, { failed }) => sum + failed.length, 0),
    bytes: pairs.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    repositories: pairs.filter(({ createsRepository }) => createsRepository).length,
  }
}

/** 0 nothing to do, 1 something failed, 3 something to do. */
export function exitStatus({ failed, failedTags, stale, missing }: PlanCounts): number {
  if (failed + failedTags > 0) return 1
  return stale + missing > 0 ? 3 : 0
}
