/**
 * The limiter that all requests of a job to one target go through: many at once, because small images are bound by
 * round trips. How many large blobs move at once is bounded by their lanes (blobs/lanes.ts).
 */

/** Runs `work` as soon as there is room; `bytes` is what it moves, 0 for a plain request. */
export type Limit = <T>(bytes: number, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly bytes: number
  readonly start: () => void
}

/** Connections to open with the first request to each registry: a copy begins with a burst of requests. */
export const SPARE_CONNECTIONS = 16

/** @param requests - that may be in flight */
export function createLimit(requests = 64): Limit {
  let inFlight = 0
  // Largest first: a large blob that is started last would still move when everything else is done. Plain requests
  // last: what they found missing is moved meanwhile.
  const waiting: Waiting[] = []

  function startNext(): void {
    while (inFlight < requests) {
      const next = waiting.shift()
      if (next === undefined) return
      inFlight++
      next.start()
    }
  }

  function enqueue(bytes: number): Promise<void> {
    return new Promise((start) => {
      const before = waiting.findIndex((other) => other.bytes < bytes)
      waiting.splice(before < 0 ? waiting.length : before, 0, { bytes, start })
      startNext()
    })
  }

  return async (bytes, work) => {
    await enqueue(bytes)
    try {
      return await work()
    } finally {
      inFlight--
      startNext()
    }
  }
}
