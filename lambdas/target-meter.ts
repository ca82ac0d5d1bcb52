/** Sums outcomes and bytes of a run by target, of as many targets as may have metrics of their own. */
import type { PairReport } from '../mirror/documents.ts'
import { type METRICS_OF_TARGET, Metric } from '../mirror/metric-names.ts'
import { MAX_METERED_TARGETS } from '../mirror/report/metric-settings.ts'

export type TargetTotals = { readonly target: string } & Readonly<
  Record<(typeof METRICS_OF_TARGET)[number], number>
>

export interface TargetMeter {
  add(pair: Pick<PairReport, 'target' | 'outcome' | 'bytes'>): void
  totals(): readonly TargetTotals[]
}

const NOTHING = { InSync: 0, Synced: 0, Deferred: 0, Failed: 0, Bytes: 0 } as const
const METRIC_OF = {
  inSync: Metric.InSync,
  synced: Metric.Synced,
  deferred: Metric.Deferred,
  failed: Metric.Failed,
} as const

/** A list with more targets is refused, so the limit only bounds what a run of an earlier list reports. */
export function startTargetMeter(): TargetMeter {
  const byTarget = new Map<string, Record<keyof typeof NOTHING, number>>()
  return {
    add({ target, outcome, bytes }) {
      const known = byTarget.get(target)
      if (known === undefined && byTarget.size >= MAX_METERED_TARGETS) return
      const totals = known ?? { ...NOTHING }
      byTarget.set(target, totals)
      totals.Bytes += bytes
      // Only dry runs have other outcomes, and they publish nothing.
      if (outcome in METRIC_OF) totals[METRIC_OF[outcome as keyof typeof METRIC_OF]] += 1
    },
    totals: () => [...byTarget].map(([target, totals]) => ({ target, ...totals })),
  }
}
