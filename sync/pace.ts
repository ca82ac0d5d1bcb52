/**
 * Keeps the manifest PUTs to one region under ECR's limit of 10 PutImage a second for each account and region
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html). A burst may start at once, so that
 * a small image does not wait; no second ever sees more than `perSecond`.
 */
import type { Clock } from '../registry/clock.ts'
import { systemClock } from '../registry/clock.ts'

/** Resolves when one more PUT may go out. */
export type Pace = (signal?: AbortSignal) => Promise<void>

const SECOND = 1000

export function createPace(perSecond = 8, clock: Clock = systemClock): Pace {
  // Start times of the last `perSecond` PUTs that were let through or have been promised a time.
  const starts: number[] = []
  return async (signal) => {
    const oldest = starts.length < perSecond ? undefined : starts.shift()
    const now = clock.now()
    const start = oldest === undefined ? now : Math.max(now, oldest + SECOND)
    starts.push(start)
    if (start > now) await clock.sleep(start - now, signal)
  }
}

/** The pace of targets that name no such limit. */
export const unpaced: Pace = async () => {}
