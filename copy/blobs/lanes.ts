/**
 * Concurrency limit for large blobs. All targets of a blob share its lane, because they read the blob together. The
 * lane is released when the first target has the blob, so that a slow target does not delay other blobs.
 */
import type { Descriptor } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'

/** Runs `work`, which transfers the blob, when the blob has a lane. */
export type Lanes = <T>(blob: Descriptor, work: () => Promise<T>) => Promise<T>

interface Waiting {
  readonly digest: Digest
  readonly size: number
  readonly starts: (() => void)[]
}

const MIB = 1024 * 1024
/** Smaller blobs need no lane, because they take one or two round trips. */
const LARGE_BYTES = MIB
/** Bound on the bytes in transfer. Keeps very large blobs few: a job that reaches its deadline keeps whole blobs only. */
const BYTES_AT_ONCE = 640 * MIB
/** Minimum cost of a blob, because each one has its own buffers. Limits small blobs to 16 at once. */
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

  /** Returns the largest blob that fits. Started last, it would still be in transfer after all others are done. */
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
