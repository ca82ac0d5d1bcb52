/** All designs that docs/scale.md compares: this one, with both kinds of compute, and the others. */
import type { Design } from './design.ts'
import { buildSeconds, costsOf, hoursOf, pairsOf, type Workload } from './estimate-model.ts'
import { OTHER_DESIGNS } from './other-designs.ts'
import { PRICES } from './prices.ts'

/** Time limits of a build: ours on instances (statemachine/timeouts.ts), and CodeBuild's on Lambda compute. */
export const BUILD_ALLOWED_SECONDS: Readonly<Record<Workload['compute'], number>> = { ec2: 7200, lambda: 900 }

export const DESIGNS: readonly Design[] = [
  ours('image-mirror', 'ec2'),
  ours('image-mirror, `compute: lambda`', 'lambda'),
  ...OTHER_DESIGNS,
]

/** Estimates a month without storage. Assumes that images change at most as often as they are checked. */
export function monthOf(
  design: Design,
  work: Workload,
): { readonly starts: number; readonly dollars: number } {
  const { runsPerMonth: runs, changesPerMonth: changes } = work
  const { starts, dollars } = design.run(work, changes / runs)
  return { starts: runs * starts, dollars: runs * dollars + design.standing(work) }
}

function ours(name: string, compute: Workload['compute']): Design {
  return {
    name,
    run(workload, share) {
      const work = { ...workload, compute, runsPerMonth: 1, changesPerMonth: share }
      const { storage: _, other, ...costs } = costsOf(work)
      const { unchanged, changed } = hoursOf(work)
      const starts = pairsOf(work) * share
      const longest = { seconds: buildSeconds(work), allowedSeconds: BUILD_ALLOWED_SECONDS[compute] }
      return {
        starts,
        dollars: Object.values(costs).reduce((sum, cost) => sum + cost, other - PRICES.kmsKey),
        hours: unchanged + share * (changed - unchanged),
        ...(starts > 0 && { longest }),
      }
    },
    standing: () => PRICES.kmsKey,
    refuses: () => undefined,
  }
}
