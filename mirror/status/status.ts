/** The state of the mirror after a run: what was known before, and what the run saw. */
import type { Run } from '../contract.ts'
import { mergeSeen } from './merge.ts'
import { type News, newsOf } from './news.ts'
import type { ImageStatus, Status } from './schema.ts'
import type { Seen } from './seen.ts'

export interface RunOfMirror {
  readonly run: Run
  /** The name of the mirror, its account and its region. */
  readonly mirror: string
  readonly account: string
  readonly region: string
  readonly now: Date
}

export interface NextStatus {
  readonly status: Status
  readonly news: News
}

export function nextStatus(
  before: Status | undefined,
  seen: Seen,
  { run, now, ...mirror }: RunOfMirror,
): NextStatus {
  const { images, changes } = mergeSeen(before?.images ?? [], seen, run, now)
  const news = newsOf(changes, run, now)
  const { mirror: name, account, region } = mirror
  return {
    status: {
      mirror: name,
      account,
      region,
      written: now.toISOString(),
      run: run.name,
      counts: countsOf(images),
      images,
    },
    news,
  }
}

function countsOf(images: readonly ImageStatus[]): Status['counts'] {
  const counts = { images: images.length, inSync: 0, deferred: 0, failed: 0 }
  for (const { places } of images) for (const { state } of places) counts[state] += 1
  return counts
}
