/**
 * Bounds how many large blobs move at once. All targets of a blob share its lane: they read the blob together, and a
 * target that waited for a lane of its own would have to read it again. The lane is free again as soon as one of them
 * has the blob, so that a slow target holds up no other.
 */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'

/** Runs `work`, which moves the blob, as soon as the blob has a lane. */
export type Lanes = <T>(blob: Descriptor, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly digest: Digest
  readonly size: number
  readonly starts: (() => void)[]
}

const MIB = 1024 * 1024
/** Smaller blobs need no lane: they take a round trip or two. */
const LARGE_BYTES = MIB
/** Bytes that move at once. Few very large blobs, because only whole blobs count when the job reaches its deadline. */
const BYTES_AT_ONCE = 640 * MIB
/** What a blob counts as at least, because each has its buffers: 16 blobs of this size move at once. */
const LEAST_BYTES = 40 * MIB

export function createLanes(): Lanes {
  const taken = new Map<Digest, number>()
  let bytes = 0
  const waiting = new Map<Digest, Waiting>()

  function startNext(): void {
    for (let next = largest(); next !== undefined; next = largest()) {
      const { digest, size, starts } = next
      waiting.delete(digest)
      taken.set(digest, costOf(size))
      bytes += costOf(size)
      for (const start of starts) start()
    }
  }

  /** The largest of those that fit: started last, it would still move when everything else is done. */
  function largest(): Waiting | undefined {
    let found: Waiting | undefined
    for (const one of waiting.values()) {
      if (fits(one) && one.size > (found?.size ?? 0)) found = one
    }
    return found
  }

  function fits({ size }: Waiting): boolean {
    return bytes + costOf(size) <= BYTES_AT_ONCE
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

  return async (blob, work) => {
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
  return Math.min(Math.max(size, LEAST_BYTES), BYTES_AT_ONCE / 2)
}
