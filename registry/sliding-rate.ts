/** How fast something has moved lately. */

export interface SlidingRate {
  add(now: number, amount: number): void
  /** Per millisecond; 0 until a whole window has gone by. */
  at(now: number): number
}

interface Mark {
  readonly at: number
  readonly amount: number
}

/** @param windowMs - how long "lately" is */
export function slidingRate(windowMs: number, started: number): SlidingRate {
  const marks: Mark[] = []
  let sum = 0

  function forget(now: number): void {
    while (marks[0] !== undefined && marks[0].at <= now - windowMs) sum -= marks.shift()?.amount ?? 0
  }

  return {
    add(now, amount) {
      // Or they pile up where nobody asks.
      forget(now)
      marks.push({ at: now, amount })
      sum += amount
    },
    at(now) {
      forget(now)
      return now - started < windowMs ? 0 : sum / windowMs
    },
  }
}
