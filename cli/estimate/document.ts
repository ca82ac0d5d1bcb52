/** The document of `estimate --json`. */
import * as z from 'zod'
import { costsAtMost, costsOf, costsOfPlace, totalOf } from '../../estimate/costs.ts'
import { hoursOf } from '../../estimate/durations.ts'
import { imagesOf, PLACES, pairsOf } from '../../estimate/workload.ts'
import type { List } from '../../mirror/list/config.ts'
import type { EstimateOptions } from './command.ts'
import { spanOf } from './measured.ts'
import { notesOf } from './notes.ts'
import type { MeasuredRun } from './read-report.ts'
import type { Priced } from './workload.ts'

const dollars = z.number().min(0)

export const estimateSchema = z.strictObject({
  images: z.int(),
  pairs: z.int(),
  /** Runs that start in a month of 30 days. */
  runsPerMonth: z.number(),
  changesPerMonth: z.number(),
  /** Dollars per month, by service. */
  costs: z.strictObject({
    stepFunctions: dollars,
    lambda: dollars,
    builds: dollars,
    transfer: dollars,
    storage: dollars,
    documents: dollars,
    logs: dollars,
    keys: dollars,
    monitoring: dollars,
  }),
  total: dollars,
  /** The total if AWS bills transfer between regions at internet rates. */
  totalAtMost: dollars,
  /** Dollars per month, by where targets are. */
  places: z.array(
    z.strictObject({
      place: z.enum(PLACES),
      pairs: z.int(),
      builds: dollars,
      transfer: dollars,
      transferAtMost: dollars,
      storage: dollars,
    }),
  ),
  /** Duration of a run. */
  hours: z.strictObject({ unchanged: z.number(), changed: z.number() }),
  /** What the report of a run replaced. @default - no report was given */
  measured: z
    .strictObject({
      run: z.string(),
      /** Pairs whose bytes were measured, there or at another target of the image. */
      pairs: z.int(),
      /** Those whose storage was measured too, because the target had none of the tags before. */
      stored: z.int(),
      /** Pairs of the report that the list no longer has. */
      gone: z.int(),
      /** From the first comparison to the last build. @default - the report has no times */
      hours: z.number().optional(),
    })
    .optional(),
  /** GB of an image that was not measured. */
  assumedGigabytes: z.number(),
  /** What the estimate leaves out, in sentences. */
  notes: z.array(z.string()),
})
export type Estimate = z.infer<typeof estimateSchema>

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
