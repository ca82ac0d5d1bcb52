// A clock that tests own: waiting takes no time, and is written down.
import type { Clock } from '../../registry/model/clock.ts'

export interface FakeClock extends Clock {
  /** What was waited for, in milliseconds, in order. */
  readonly slept: number[]
  advance(ms: number): void
}

/** @param random what chance says each time; 1 is the longest wait that jitter allows */
export function fakeClock(random = 1): FakeClock {
  let now = Date.parse('2026-11-21T12:00:00Z')
  const slept: number[] = []
  return {
    slept,
    now: () => now,
    random: () => random,
    advance(ms) {
      now += ms
    },
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept.push(ms)
      now += ms
      // Others that sleep at the same time get their turn, as they would.
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}
