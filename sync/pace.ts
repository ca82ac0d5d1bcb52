/**
 * Keeps the manifest PUTs to one region under ECR's limit of 10 PutImage a second for each account and region
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), however long they are under way: each
 * slot rests for a second after its PUT was answered, so no second at the registry ever sees more PUTs than there are
 * slots. A small image needs fewer than that, and does not wait at all.
 */
import { type Clock, systemClock } from '../registry/clock.ts'

/** Runs `work` when one more PUT may go out. */
export type Pace = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>

const REST_MS = 1_000

/** @param perSecond - below ten; other jobs that push to the same region are met by ECR's own 429 */
export function createPace(perSecond = 9, clock: Clock = systemClock): Pace {
  /** For each slot that is not in use: when it has rested. The one that has rested longest is first. */
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
      giveSlot(clock.now() + REST_MS)
    }
  }
}

/** The pace of targets that name no such limit. */
export const unpaced: Pace = (work) => work()
