/**
 * The one limiter: everything that a job has in flight goes through it. Many small requests at once, because small
 * images are bound by round trips; few large ones, because those are bound by bytes and each costs memory.
 */
import { monotonicMs } from '../registry/clock.ts'
import { createWidth } from './width.ts'

export interface LimitOptions {
  /** Requests in flight. @default 64 */
  readonly requests?: number
  /** Bytes of large blobs in flight at first; one that is larger still goes, beside one other. @default 512 MiB */
  readonly bytes?: number
  /** A large blob counts as at least so many bytes, however small it is. @default - 32 to 128 MiB */
  readonly least?: number
  /** From how many bytes on a blob is large. @default 1 MiB */
  readonly largeFrom?: number
  /** Bytes that the job has moved so far: shows whether more at once move faster. @default - it is not tried */
  readonly moved?: () => number
}

/** Runs `work` when there is room for it; `bytes` is what it moves, 0 for a plain request. */
export type Limit = <T>(bytes: number, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly bytes: number
  readonly cost: number
  readonly start: () => void
}

const MIB = 1024 * 1024
/** Up to here a blob is over before its connection is at full speed: then more of them fill a line better. */
const SHORT_BYTES = 8 * MIB
/** Each has its buffers. */
const MOST_LARGE = 16
const LOOK_MS = 500
/** What is over sooner than in so many seconds would lose more by another try than it could win. */
const WORTH_SECONDS = 5

export function createLimit(options: LimitOptions = {}): Limit {
  const maxBytes = options.bytes ?? 512 * MIB
  const largeFrom = options.largeFrom ?? MIB
  const width = createWidth()
  let freeRequests = options.requests ?? 64
  let bytesInFlight = 0
  let largeInFlight = 0
  let looking: NodeJS.Timeout | undefined
  // Largest first: a large blob that is started last would be moving long after everything else is done.
  const waiting: Waiting[] = []

  function costOf(bytes: number): number {
    if (bytes < largeFrom) return 0
    const least = options.least ?? (bytes <= SHORT_BYTES ? 32 : 128) * MIB
    return Math.min(Math.max(bytes, least), maxBytes / 2)
  }

  function startNext(): void {
    while (freeRequests > 0) {
      const free = largeInFlight < MOST_LARGE ? maxBytes * width.times() - bytesInFlight : 0
      const index = waiting.findIndex(({ cost }) => cost <= Math.max(free, 0))
      const next = index < 0 ? undefined : waiting.splice(index, 1)[0]
      if (next === undefined) break
      take(next.cost)
      next.start()
    }
    const [first] = waiting
    if (first !== undefined && first.cost > 0 && freeRequests > 0) startLooking()
    else stopLooking()
  }

  function take(cost: number): void {
    freeRequests--
    bytesInFlight += cost
    if (cost > 0) largeInFlight++
  }

  function give(cost: number): void {
    freeRequests++
    bytesInFlight -= cost
    if (cost > 0) largeInFlight--
  }

  function startLooking(): void {
    const { moved } = options
    if (looking !== undefined || moved === undefined || width.isSettled()) return
    let last = { at: monotonicMs(), bytes: moved() }
    looking = setInterval(() => {
      const here = { at: monotonicMs(), bytes: moved() }
      const bytesPerSecond = (here.bytes - last.bytes) / ((here.at - last.at) / 1000)
      last = here
      const left = waiting.reduce((sum, { bytes }) => sum + bytes, 0)
      if (left < bytesPerSecond * WORTH_SECONDS) return
      width.look(bytesPerSecond)
      startNext()
    }, LOOK_MS)
    looking.unref()
  }

  function stopLooking(): void {
    if (looking === undefined) return
    clearInterval(looking)
    looking = undefined
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
      give(cost)
      startNext()
    }
  }
}
