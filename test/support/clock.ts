// A fake clock that records waits and returns from them immediately.
import type { Clock } from '../../registry/model/clock.ts'

export interface FakeClock extends Clock {
  /** The recorded waits in milliseconds, in order. */
  readonly slept: number[]
  advance(ms: number): void
}

/** @param random the result of each `random()`; 1 gives the longest wait with jitter */
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
      // Yields to other tasks, as a real sleep does.
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}
