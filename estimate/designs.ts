/** All designs that docs/scale.md compares: this one, with both kinds of compute, and the others. */
import { type Costs, costsOf, totalOf } from './costs.ts'
import type { Design } from './design.ts'
import { buildSeconds, hoursOf } from './durations.ts'
import { OTHER_DESIGNS } from './other-designs.ts'
import { type UniformList, uniformPairs, uniformWorkload } from './uniform.ts'

/** Time limits of a build: ours on instances (statemachine/timeouts.ts), and CodeBuild's on Lambda compute. */
export const BUILD_ALLOWED_SECONDS: Readonly<Record<UniformList['compute'], number>> = {
  ec2: 7200,
  lambda: 900,
}

export const DESIGNS: readonly Design[] = [
  ours('image-mirror', 'ec2'),
  ours('image-mirror, `compute: lambda`', 'lambda'),
  ...OTHER_DESIGNS,
]

/** Estimates a month without storage. Assumes that images change at most as often as they are checked. */
export function monthOf(
  design: Design,
  work: UniformList,
): { readonly starts: number; readonly dollars: number } {
  const { runsPerMonth: runs, changesPerMonth: changes } = work
  const { starts, dollars } = design.run(work, changes / runs)
  return { starts: runs * starts, dollars: runs * dollars + design.standing(work) }
}

function ours(name: string, compute: UniformList['compute']): Design {
  return {
    name,
    run(list, share) {
      const once = { ...list, compute, runsPerMonth: 1, changesPerMonth: share }
      const work = uniformWorkload(once)
      const costs = costsOf(work)
      const { unchanged, changed } = hoursOf(work)
      const starts = uniformPairs(list) * share
      const longest = {
        seconds: buildSeconds({ changed: list.gigabytes }),
        allowedSeconds: BUILD_ALLOWED_SECONDS[compute],
      }
      return {
        starts,
        dollars: withoutStorage(costs) - standing(list),
        hours: unchanged + share * (changed - unchanged),
        ...(starts > 0 && { longest }),
      }
    },
    standing,
    refuses: () => undefined,
  }
}

/** What is kept between runs. */
function standing(list: UniformList): number {
  return withoutStorage(costsOf(uniformWorkload({ ...list, runsPerMonth: 0 })))
}

/** The other designs have no alarms. */
function withoutStorage(costs: Costs): number {
  return totalOf({ ...costs, storage: 0, monitoring: 0 })
}
