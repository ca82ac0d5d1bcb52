/** Names the outcomes on the page, worst first. The style adds a symbol to each, so that no outcome depends on colour. */
import type { Counts, Outcome } from '../contract.ts'
import type { PairReport } from '../documents.ts'

/** What a page shows of a pair: its outcome, or that a signal stopped it. */
export type Shown = Outcome | 'interrupted'
export type ShownPair = Omit<PairReport, 'outcome'> & { readonly outcome: Shown }
export type ShownCounts = Counts & { readonly interrupted?: number | undefined }

export const OUTCOMES: readonly Shown[] = [
  'failed',
  'deferred',
  'interrupted',
  'missing',
  'stale',
  'synced',
  'inSync',
]

export function wordOf(outcome: Shown): string {
  return outcome === 'inSync' ? 'in sync' : outcome
}

/** The outcomes that occur, with their counts. */
export function occurring(counts: ShownCounts): readonly (readonly [outcome: Shown, count: number])[] {
  return OUTCOMES.map((outcome) => [outcome, counts[outcome] ?? 0] as const).filter(([, count]) => count > 0)
}
