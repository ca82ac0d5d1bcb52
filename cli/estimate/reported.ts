/** The pairs of a run's report that no image of the list has claimed yet. */
import type { PairReport } from '../../mirror/documents.ts'
import type { Target } from '../../mirror/target.ts'
import { type MeasuredPair, measuredOf } from './measured.ts'
import type { MeasuredRun } from './read-report.ts'

type PairName = Pick<PairReport, 'image' | 'target' | 'repository'>

export interface Reported {
  /** Claims a pair. Nothing is measured of a pair that the report does not have. */
  take(pair: PairName): MeasuredPair
  /** Claims the accepted images, with those of their pairs that go to one of the targets. */
  takeImages(targets: readonly Target[], accepts: (image: string) => boolean): ReportedImage[]
  /** The number of pairs that are not claimed. */
  left(): number
}

export interface ReportedImage {
  /** In the order of the targets asked for. */
  readonly targets: readonly Target[]
  readonly measured: readonly MeasuredPair[]
}

export function openReported(run: MeasuredRun | undefined): Reported {
  const left = new Map(run?.pairs.map((pair) => [keyOf(pair), pair]))

  function take(name: PairName): MeasuredPair {
    const pair = left.get(keyOf(name))
    left.delete(keyOf(name))
    return pair === undefined ? {} : measuredOf(pair)
  }

  return {
    take,
    takeImages(targets, accepts) {
      const ids = new Set(targets.map(({ id }) => id))
      const pairs = [...left.values()].filter(({ image, target }) => ids.has(target) && accepts(image))
      return [...Map.groupBy(pairs, ({ image }) => image).values()].map((group) => {
        const sorted = targets.flatMap((target) =>
          group.filter((pair) => pair.target === target.id).map((pair) => ({ target, pair })),
        )
        return {
          targets: sorted.map(({ target }) => target),
          measured: sorted.map(({ pair }) => take(pair)),
        }
      })
    },
    left: () => left.size,
  }
}

function keyOf({ image, target, repository }: PairName): string {
  return JSON.stringify([image, target, repository])
}
