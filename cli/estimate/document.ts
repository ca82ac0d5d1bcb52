/** Computes the document of an estimate. */
import { costsAtMost, costsOf, costsOfPlace, totalOf } from '../../estimate/costs.ts'
import { hoursOf } from '../../estimate/durations.ts'
import { imagesOf, PLACES, pairsOf } from '../../estimate/workload.ts'
import type { List } from '../../mirror/list/config.ts'
import type { EstimateOptions } from './command.ts'
import { spanOf } from './measured.ts'
import { notesOf } from './notes.ts'
import type { MeasuredRun } from './read-report.ts'
import type { Estimate } from './schema.ts'
import type { Priced } from './workload.ts'

export interface Given {
  readonly list: List
  readonly options: EstimateOptions
  readonly run: MeasuredRun | undefined
}

export function estimateOf(priced: Priced, { list, options, run }: Given): Estimate {
  const { work, measured, stored, gone } = priced
  const costs = costsOf(work)
  const span = run === undefined ? undefined : spanOf(run)
  return {
    images: imagesOf(work),
    pairs: pairsOf(work),
    runsPerMonth: work.runsPerMonth,
    changesPerMonth: work.changesPerMonth,
    costs,
    total: totalOf(costs),
    totalAtMost: totalOf(costsAtMost(work)),
    places: PLACES.map((place) => costsOfPlace(work, place)).filter(({ pairs }) => pairs > 0),
    hours: hoursOf(work),
    ...(run === undefined
      ? {}
      : {
          measured: {
            run: run.run,
            pairs: measured,
            stored,
            gone,
            ...(span === undefined ? {} : { hours: span }),
          },
        }),
    assumedGigabytes: options.gb,
    notes: notesOf(priced, list, run),
  }
}
