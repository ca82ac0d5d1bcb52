/**
 * The one limiter: everything that a job has in flight goes through it. Many small requests at once, because small
 * images are bound by round trips; few large ones, because those are bound by bytes and each costs memory.
 */
export interface LimitOptions {
  /** Requests in flight. @default 64 */
  readonly requests?: number
  /** Bytes of large blobs in flight; one that is larger still goes, beside one other. @default 512 MiB */
  readonly bytes?: number
  /** A large blob counts as at least so many bytes: each has its buffers, however small it is. @default 32 MiB */
  readonly least?: number
  /** From how many bytes on a blob is large. @default 1 MiB */
  readonly largeFrom?: number
}

/** Runs `work` when there is room for it; `bytes` is what it moves, 0 for a plain request. */
export type Limit = <T>(bytes: number, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly bytes: number
  readonly cost: number
  readonly start: () => void
}

const MIB = 1024 * 1024

/** Connections to open with the first request to each registry: a copy begins with a burst of requests. */
export const SPARE_CONNECTIONS = 8

export function createLimit(options: LimitOptions = {}): Limit {
  const maxBytes = options.bytes ?? 512 * MIB
  const least = options.least ?? 32 * MIB
  const largeFrom = options.largeFrom ?? MIB
  const requests = options.requests ?? 64
  let inFlight = 0
  let freeBytes = maxBytes
  // Largest first: a large blob that is started last would be moving long after everything else is done. And questions
  // last: what was found missing is moved meanwhile.
  const waiting: Waiting[] = []

  const costOf = (bytes: number): number =>
    bytes < largeFrom ? 0 : Math.min(Math.max(bytes, least), maxBytes / 2)

  function startNext(): void {
    while (inFlight < requests) {
      const index = waiting.findIndex(({ cost }) => cost <= freeBytes)
      const next = index < 0 ? undefined : waiting.splice(index, 1)[0]
      if (next === undefined) return
      take(next.cost)
      next.start()
    }
  }

  function take(cost: number): void {
    inFlight++
    freeBytes -= cost
  }

  function enqueue(bytes: number, cost: number): Promise<void> {
    return new Promise((start) => {
      const before = waiting.findIndex((other) => other.bytes < bytes)
      waiting.splice(before < 0 ? waiting.length : before, 0, { bytes, cost, start })
      startNext()
    })
  }

  return async (bytes, work) => {
    const cost = costOf(bytes)
    await enqueue(bytes, cost)
    try {
      return await work()
    } finally {
      inFlight--
      freeBytes += cost
      startNext()
    }
  }
}
