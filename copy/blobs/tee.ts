/**
 * Splits one stream between several readers with backpressure. A reader that delays the others for too long is dropped
 * and can read on its own later, so that a slow or dead target does not slow down the rest.
 */

import { share } from '../../registry/http/owned-bytes.ts'
import type { Clock } from '../../registry/model/clock.ts'
import { createReaderQueue, type ReaderQueue } from './reader-queue.ts'

/** The failure of a reader that was dropped because it was too slow. */
export class FellBehind extends Error {
  override readonly name = 'FellBehind'
}

export interface TeeOptions {
  readonly clock: Clock
  /** Queue size per reader. @default 256 KiB */
  readonly maxBytes?: number
  /** Total time that a reader may delay the others before it is dropped. @default 2 seconds */
  readonly patienceMs?: number
  /** Called when all readers have room for the next chunk. */
  readonly onProgress?: () => void
  /** Called when the last reader has left. */
  readonly onDeserted?: () => void
}

export interface Tee {
  /** @param signal - removes the reader when aborted */
  join(signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** True if the tee has no active readers. */
  isDeserted(): boolean
  /** Pumps until the stream ends or all readers have left. A failure reaches every reader and the caller. */
  pump(stream: AsyncIterable<Uint8Array>): Promise<void>
}

/** Share of the elapsed time that a reader may delay the others: small differences in speed are normal. */
const FORGIVEN = 0.2

interface Reader {
  readonly queue: ReaderQueue
  /** How long this reader has delayed readers that had room. */
  blameMs: number
}

export function createTee(options: TeeOptions): Tee {
  const { clock, maxBytes = 256 * 1024, patienceMs = 2_000, onProgress, onDeserted } = options
  const readers: Reader[] = []
  let wake: (() => void) | undefined
  const onChange = (): void => {
    wake?.()
    if (isDeserted()) onDeserted?.()
  }

  const isDeserted = (): boolean => reading().length === 0
  const reading = (): Reader[] => readers.filter(({ queue }) => !queue.isClosed())

  /** Resolves when a reader takes a chunk or leaves. */
  function change(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
    })
  }

  async function changeWithin(ms: number): Promise<void> {
    const enough = new AbortController()
    await Promise.race([change(), clock.sleep(ms, enough.signal).catch(() => {})])
    enough.abort()
  }

  async function untilRoom(startedAt: number): Promise<void> {
    for (;;) {
      const full = reading().filter(({ queue }) => queue.isFull())
      if (full.length === 0) return
      // If all readers are slower than the source, no reader delays another; each client has its own stall timeout.
      if (full.length === reading().length) await change()
      else await hurry(full, startedAt)
    }
  }

  async function hurry(full: readonly Reader[], startedAt: number): Promise<void> {
    const before = clock.now()
    // Readers of equal speed delay each other in turn, so only the excess over the fastest reader counts.
    const usual = Math.min(...reading().map(({ blameMs }) => blameMs))
    const allowed = usual + patienceMs + FORGIVEN * (before - startedAt)
    await changeWithin(Math.max(1, ...full.map(({ blameMs }) => allowed - blameMs)))
    for (const reader of full) {
      reader.blameMs += clock.now() - before
      if (reader.blameMs < allowed || !reader.queue.isFull()) continue
      reader.queue.fail(new FellBehind('the reader was slower than the others and now reads alone'))
    }
  }

  return {
    isDeserted,
    join(signal) {
      const queue = createReaderQueue(maxBytes, onChange)
      readers.push({ queue, blameMs: 0 })
      signal?.addEventListener('abort', queue.leave, { once: true })
      if (signal?.aborted) queue.leave()
      return queue
    },
    async pump(stream) {
      const startedAt = clock.now()
      try {
        for await (const chunk of stream) {
          const all = reading()
          share(chunk, all.length)
          for (const { queue } of all) queue.push(chunk)
          await untilRoom(startedAt)
          onProgress?.()
          if (isDeserted()) return
        }
        for (const { queue } of reading()) queue.end()
      } catch (error) {
        for (const { queue } of reading()) queue.fail(error)
        throw error
      }
    },
  }
}
