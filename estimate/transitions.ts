/** State transitions as Step Functions bills them: each entered state, and each start of a child execution. */
import { sumOf, type Workload } from './workload.ts'

export const TRANSITIONS = {
  run: 8,
  /** More in a run that prunes. */
  prune: 1,
  /** Excludes its waves. */
  image: 4,
  wave: 1,
  pairInSync: 3,
  pairSynced: 6,
} as const

/** Transitions of a run of all images without changes. */
export function transitionsOf(work: Workload): number {
  return ofRun(work) + sumOf(work, ({ pairs }) => ofImage(pairs.length))
}

/** Transitions of a month. */
export function transitionsPerMonth(work: Workload, builds: number): number {
  const images = sumOf(work, ({ runsPerMonth, pairs }) => runsPerMonth * ofImage(pairs.length))
  const changed = builds * (TRANSITIONS.pairSynced - TRANSITIONS.pairInSync)
  return work.runsPerMonth * ofRun(work) + images + changed
}

function ofRun({ images }: Workload): number {
  return TRANSITIONS.run + (images.some(({ prunes }) => prunes === true) ? TRANSITIONS.prune : 0)
}

function ofImage(pairs: number): number {
  return TRANSITIONS.image + TRANSITIONS.wave * Math.min(pairs, 2) + TRANSITIONS.pairInSync * pairs
}
