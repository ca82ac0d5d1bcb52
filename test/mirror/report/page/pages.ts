// Whole pages, for tests.
import type { PairReport } from '../../../../mirror/documents.ts'
import { type RerunByExecution, rerunPairs } from '../../../../mirror/report/alert/rerun.ts'
import { draftPage, type PageContext } from '../../../../mirror/report/page/page.ts'
import { startTally } from '../../../../mirror/report/report.ts'

export const RERUN = {
  run: { name: 'run-1', dryRun: false },
  stateMachine: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror',
} as const
export const DIGEST = `sha256:${'a'.repeat(64)}`
export const OLD = `sha256:${'b'.repeat(64)}`
export const NOW = new Date('2026-11-30T01:02:03Z')

/** The page of a run with these pairs. */
export function pageOf(
  pairs: Iterable<PairReport>,
  more: Partial<PageContext & RerunByExecution> = {},
): string {
  const rerun = { ...RERUN, ...more }
  const tally = startTally(rerun.run)
  const draft = draftPage(rerun)
  const failed = []
  for (const [, some] of Map.groupBy(pairs, ({ image }) => image)) {
    tally.add(some)
    draft.add(some)
    failed.push(...rerunPairs(some))
  }
  return draft.finish({
    execution: 'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
    reportUrl: 's3://work/runs/run-1/report.json',
    counts: tally.counts(),
    only: failed.length > 50 ? 's3://work/runs/run-1/rerun.json' : failed,
    now: NOW,
    ...more,
  })
}
