/**
 * Request limiter for one target of a job. It allows many concurrent requests, because round trips dominate the copy of
 * small images. Lanes (blobs/lanes.ts) limit large blobs.
 */

/** Runs `work` when a slot is free. `bytes` is the size of the transfer, 0 for other requests. */
export type Limit = <T>(bytes: number, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly bytes: number
  readonly start: () => void
}

/** Connections to open with the first request to each registry, because a copy starts with a burst of requests. */
export const SPARE_CONNECTIONS = 16

/** @param requests - maximum number of requests in flight */
export function createLimit(requests = 64): Limit {
  let inFlight = 0
  // Largest first: a large blob that starts last would still be in transfer after all others are done. Other requests
  // come last, while the blobs that they found missing are in transfer.
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
