/** How fast time goes by for the workflow while all of it waits: for a backoff, for a rate limit, for its turn. */

export interface Clock {
  /**
   * Seconds of the workflow per second here, while nothing is at work: 1 is real time, Infinity does not wait at all.
   * While a function or a build runs, time is real, and so are their timeouts.
   */
  readonly speed: number
}

/** A minute takes a second: a registry of the real world still gets time to recover. */
export const CLOCKS = {
  real: { speed: 1 },
  fast: { speed: 60 },
  instant: { speed: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, Clock>
