/**
 * Rate limiter for manifest PUTs to one region. ECR allows 10 PutImage calls a second per account and region
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html). Each slot rests for one second after its
 * response, so that the rate stays below the limit whatever the latency is. Small images do not wait.
 *
 * Concurrent jobs share the region's limit. A job uses the whole limit until ECR throttles it, and its fair share from
 * then on: with ten writers, 9 slots that rest for ten seconds each make 0.9 PUTs a second.
 */
import { type Clock, systemClock } from '../registry/model/clock.ts'

/** Runs `work` when the limiter has a free slot. */
export type RateLimiter = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>

/** The jobs that write to the same region concurrently. */
export interface LimitSharing {
  /** Maximum number of jobs, including this one. */
  readonly writers: number
  /** Whether throttling has revealed other jobs. */
  isShared(): boolean
}

const REST_MS = 1_000
const ALONE: LimitSharing = { writers: 1, isShared: () => false }

/** @param perSecond - PUTs a second of all writers together, below 10 */
export function createRateLimiter(
  perSecond = 9,
  clock: Clock = systemClock,
  sharing: LimitSharing = ALONE,
): RateLimiter {
  /** When each free slot becomes usable, earliest first. */
  const rested: number[] = Array.from({ length: perSecond }, () => 0)
  const waiting: (() => void)[] = []

  async function takeSlot(signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      const at = rested.shift()
      if (at !== undefined) return rest(at, signal)
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
  }

  async function rest(until: number, signal: AbortSignal | undefined): Promise<void> {
    const ms = until - clock.now()
    if (ms <= 0) return
    try {
      await clock.sleep(ms, signal)
    } catch (error) {
      giveSlot(until)
      throw error
    }
  }

  function giveSlot(at: number): void {
    rested.push(at)
    waiting.shift()?.()
  }

  return async (work, signal) => {
    await takeSlot(signal)
    try {
      return await work()
    } finally {
      giveSlot(clock.now() + REST_MS * (sharing.isShared() ? sharing.writers : 1))
    }
  }
}

/** The pace of targets without a known limit. */
export const unlimited: RateLimiter = (work) => work()
