/** Lists this design, with both kinds of compute, and the others; docs/scale.md compares them. */
import type { Design } from './design.ts'
import { buildSeconds, costsOf, hoursOf, pairsOf, type Workload } from './estimate-model.ts'
import { OTHER_DESIGNS } from './other-designs.ts'
import { PRICES } from './prices.ts'

/** Time limit of a build: from statemachine/timeouts.ts, and CodeBuild's own limit on Lambda compute. */
export const BUILD_ALLOWED_SECONDS: Readonly<Record<Workload['compute'], number>> = { ec2: 7200, lambda: 900 }

export const DESIGNS: readonly Design[] = [
  thisOne('this one', 'ec2'),
  thisOne('this one, `compute: lambda`', 'lambda'),
  ...OTHER_DESIGNS,
]

/** Excludes storage. An image does not change more often than it is checked. */
export function monthOf(
  design: Design,
  work: Workload,
): { readonly starts: number; readonly dollars: number } {
  const { runsPerMonth: runs, changesPerMonth: changes } = work
  const { starts, dollars } = design.run(work, changes / runs)
  return { starts: runs * starts, dollars: runs * dollars + design.standing(work) }
}

function thisOne(name: string, compute: Workload['compute']): Design {
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
