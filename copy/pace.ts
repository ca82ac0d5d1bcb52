/**
 * Keeps the manifest PUTs to one region under ECR's limit of 10 PutImage a second for each account and region
 * (https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html), however long they are under way: each
 * slot rests for a second after its PUT was answered, so no second at the registry ever sees more PUTs than there are
 * slots. A small image needs fewer than that, and does not wait at all.
 *
 * Other jobs may put to the same region at the same time: one for each image that is worked on. None knows of the
 * others until ECR throttles it; from then on it takes its share and no more, so that all of them together stay below
 * the limit: with ten writers, 9 slots that rest for ten seconds each make 0.9 PUTs a second.
 */
import { type Clock, systemClock } from '../registry/model/clock.ts'

/** Runs `work` when one more PUT may go out. */
export type Pace = <T>(work: () => Promise<T>, signal?: AbortSignal) => Promise<T>

/** Those who put to the same region at the same time. */
export interface Company {
  /** How many there may be, this one included. */
  readonly writers: number
  /** Whether they have been noticed. */
  isMet(): boolean
}

const REST_MS = 1_000
const ALONE: Company = { writers: 1, isMet: () => false }

/** @param perSecond - of all writers together, below ten */
export function createPace(perSecond = 9, clock: Clock = systemClock, company: Company = ALONE): Pace {
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
      giveSlot(clock.now() + REST_MS * (company.isMet() ? company.writers : 1))
    }
  }
}

/** The pace of targets that name no such limit. */
export const unpaced: Pace = (work) => work()
