// Alerts of runs, for tests.
import type { Run } from '../../../../mirror/contract.ts'
import type { PairReport } from '../../../../mirror/documents.ts'
import { type AlertContext, draftAlert } from '../../../../mirror/report/alert/alert.ts'
import type { Alert } from '../../../../mirror/report/alert/message.ts'
import { startTally } from '../../../../mirror/report/report.ts'
import { allNew, type News } from '../../../../mirror/status/news.ts'

export const RUN: Run = { name: 'run-1', dryRun: false }
export const NOW = new Date('2026-11-30T01:02:03Z')

const CONTEXT = {
  execution: 'arn:aws:states:us-east-1:123456789012:execution:mirror:run-1',
  stateMachine: 'arn:aws:states:us-east-1:123456789012:stateMachine:mirror',
  mirror: 'ImageMirror',
  reportUrl: 's3://work/runs/run-1/report.json',
  page: { bucket: 'work', key: 'runs/run-1/report.html' },
  status: { bucket: 'work', key: 'status/status.html' },
  only: 's3://work/runs/run-1/rerun.json',
  now: NOW,
}

/** The alert of a run whose failures are all new, or that has this news. */
export function alertOf(
  pairs: readonly PairReport[],
  { run = RUN, news, ...more }: Partial<AlertContext> = {},
): Alert | undefined {
  const tally = startTally(run)
  const draft = draftAlert()
  for (const [, some] of Map.groupBy(pairs, ({ image }) => image)) {
    tally.add(some)
    draft.add(some)
  }
  return draft.finish({ ...CONTEXT, run, counts: tally.counts(), news: news ?? newsOf(pairs), ...more })
}

function newsOf(pairs: readonly PairReport[]): News {
  return allNew(
    pairs
      .filter(({ outcome }) => outcome === 'failed')
      .map(({ image, target, repository }) => ({ image, target, repository })),
    NOW,
  )
}

/** @throws if there is nothing to tell */
export function sentAlert(...args: Parameters<typeof alertOf>): Alert {
  const alert = alertOf(...args)
  if (alert === undefined) throw new Error('nothing was sent')
  return alert
}
