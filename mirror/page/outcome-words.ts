/** Names the outcomes on the page, worst first. The style adds a symbol to each, so that no outcome depends on colour. */
import type { Counts, Outcome } from '../contract.ts'

export const OUTCOMES: readonly Outcome[] = ['failed', 'deferred', 'missing', 'stale', 'synced', 'inSync']

export function wordOf(outcome: Outcome): string {
  return outcome === 'inSync' ? 'in sync' : outcome
}

/** The outcomes that occur, with their counts. */
export function occurring(counts: Counts): readonly (readonly [outcome: Outcome, count: number])[] {
  return OUTCOMES.map((outcome) => [outcome, counts[outcome] ?? 0] as const).filter(([, count]) => count > 0)
}
