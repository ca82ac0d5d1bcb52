/**
 * Notices a peer that has stalled, also one that drips a byte a second to look alive. Time spent waiting is paid
 * from a budget that bytes fill up again, so a peer below the least rate runs out of it a little after one that is
 * silent. Only waiting for this peer counts: a download that is slow because the upload is costs nothing.
 */
import { monotonicMs } from '../model/clock.ts'

export interface StallLimits {
  /** How long a peer may be silent. */
  readonly stallMs: number
  /** The least rate, in bytes a second, averaged over that time. */
  readonly leastRate: number
}

export interface Watchdog {
  /** From now on we wait for the peer. */
  waiting(): void
  /** The peer has moved; waiting is over. */
  moved(bytes: number): void
  /** Waiting is over for good. */
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
   * One timer for many waits, each of which would have its own to start and to stop: it is over when the budget would be
   * if all the time since had been spent waiting, and so never too late.
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
