/**
 * Stall detection by a token bucket: time spent waiting for the peer drains the budget, bytes refill it. So a peer below
 * the minimum rate times out too, shortly after one that is silent. Only waiting for this peer counts: a download that is
 * slowed by its upload does not time out.
 */
import { monotonicMs } from '../model/clock.ts'

export interface StallLimits {
  /** How long a peer may be silent. */
  readonly stallMs: number
  /** The minimum rate in bytes per second, averaged over that time. */
  readonly leastRate: number
}

export interface Watchdog {
  /** Starts waiting for the peer. */
  waiting(): void
  /** The peer has sent or accepted bytes, which ends the wait. */
  moved(bytes: number): void
  /** Stops the watchdog. */
  rest(): void
}

export function watchdog({ stallMs, leastRate }: StallLimits, onStall: () => void): Watchdog {
  let budget = stallMs
  let since: number | undefined
  let timer: NodeJS.Timeout | undefined

  function spend(): void {
    if (since !== undefined) budget -= monotonicMs() - since
    since = undefined
  }

  /**
   * One timer serves many waits, instead of one per wait. It fires when the budget would end if all of the time had been
   * spent waiting, and is set again for the rest.
   */
  function look(): void {
    timer = undefined
    if (since === undefined) return
    const left = budget - (monotonicMs() - since)
    if (left > 0) timer = setTimeout(look, left)
    else onStall()
  }

  return {
    rest() {
      clearTimeout(timer)
      timer = undefined
      spend()
    },
    waiting() {
      since ??= monotonicMs()
      timer ??= setTimeout(look, Math.max(budget, 1))
    },
    moved(bytes) {
      spend()
      budget = Math.min(stallMs, budget + (bytes / leastRate) * 1000)
    },
  }
}
