/** Clock speeds of the workflow while it only waits: for a backoff, a rate limit or a queue. */

export interface Clock {
  /**
   * Seconds of the workflow per real second while everything waits: 1 is real time, Infinity skips waits. While a
   * function or build runs, time and its timeouts are real.
   */
  readonly speed: number
}

/** A minute takes a second, which leaves a real registry time to recover. */
export const CLOCKS = {
  real: { speed: 1 },
  fast: { speed: 60 },
  instant: { speed: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, Clock>
