/**
 * The large blobs that move at once. Each has a lane, which all targets use that the blob goes to: they read it
 * together, so that none of them may wait for a lane of its own. The lane is free again as soon as one of them has the
 * blob: one that is slow holds nobody up.
 */
import { monotonicMs } from '../../registry/model/clock.ts'
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { createWidth } from './width.ts'

/** Runs `work`, which moves the blob, when there is a lane for it. */
export type Lanes = <T>(blob: Descriptor, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly digest: Digest
  readonly size: number
  readonly starts: (() => void)[]
}

const MIB = 1024 * 1024
/** What is smaller is over in a round trip or two. */
const LARGE_BYTES = MIB
/** Up to here a blob is over before its connection is at full speed: then more of them fill a line better. */
const SHORT_BYTES = 8 * MIB
/** At first eight blobs, sixteen short ones, or two very large ones. */
const BYTES_AT_FIRST = 640 * MIB
/** Each has its buffers. */
const MOST = 16
const LOOK_MS = 500
/** What is over sooner than in so many seconds would lose more by another try than it could win. */
const WORTH_SECONDS = 5

/** @param moved - bytes that the job has sent so far: shows whether more at once move faster */
export function createLanes(moved: () => number): Lanes {
  const width = createWidth()
  const taken = new Map<Digest, number>()
  let bytes = 0
  let looking: NodeJS.Timeout | undefined
  const waiting = new Map<Digest, Waiting>()

  function startNext(): void {
    for (let next = largest(); next !== undefined; next = largest()) {
      const { digest, size, starts } = next
      waiting.delete(digest)
      taken.set(digest, costOf(size))
      bytes += costOf(size)
      for (const start of starts) start()
    }
    if (waiting.size > 0) startLooking()
    else stopLooking()
  }

  /** Of those that fit: one that is started last would be moving long after everything else is done. */
  function largest(): Waiting | undefined {
    let found: Waiting | undefined
    for (const one of waiting.values()) {
      if (fits(one) && one.size > (found?.size ?? 0)) found = one
    }
    return found
  }

  function fits({ size }: Waiting): boolean {
    return taken.size < MOST && bytes + costOf(size) <= BYTES_AT_FIRST * width.times()
  }

  async function laneFor({ digest, size }: Descriptor): Promise<void> {
    if (taken.has(digest)) return
    await new Promise<void>((start) => {
      const known = waiting.get(digest)
      if (known === undefined) waiting.set(digest, { digest, size, starts: [start] })
      else known.starts.push(start)
      startNext()
    })
  }

  function giveBack(digest: Digest): void {
    bytes -= taken.get(digest) ?? 0
    taken.delete(digest)
    startNext()
  }

  function startLooking(): void {
    if (looking !== undefined || width.isSettled()) return
    let last = { at: monotonicMs(), bytes: moved() }
    looking = setInterval(() => {
      const here = { at: monotonicMs(), bytes: moved() }
      const bytesPerSecond = (here.bytes - last.bytes) / ((here.at - last.at) / 1000)
      last = here
      const left = [...waiting.values()].reduce((sum, { size }) => sum + size, 0)
      if (left < bytesPerSecond * WORTH_SECONDS) return
      width.look(bytesPerSecond)
      startNext()
    }, LOOK_MS)
    looking.unref()
  }

  function stopLooking(): void {
    clearInterval(looking)
    looking = undefined
  }

  return async (blob, work) => {
    // What is smaller is moved at once.
    if (blob.size < LARGE_BYTES) return work()
    await laneFor(blob)
    try {
      return await work()
    } finally {
      giveBack(blob.digest)
    }
  }
}

function costOf(size: number): number {
  const least = (size <= SHORT_BYTES ? 30 : 80) * MIB
  return Math.min(Math.max(size, least), BYTES_AT_FIRST / 2)
}
