/**
 * One stream, several readers, at the pace of those that keep up. A reader that alone holds up the others is
 * dropped: it can read on its own later, while a target that is slow or dead must not cost the others their time.
 */

import { share } from '../../registry/http/owned-bytes.ts'
import type { Clock } from '../../registry/model/clock.ts'
import { createOutlet, type Outlet } from './outlet.ts'

/** What a reader gets that fell behind. */
export class FellBehind extends Error {
  override readonly name = 'FellBehind'
}

export interface TeeOptions {
  readonly clock: Clock
  /** Queue of each reader. @default 256 KiB */
  readonly maxBytes?: number
  /** How much longer than the others a reader may keep them waiting, all in all. @default 2 seconds */
  readonly patienceMs?: number
  /** Told whenever bytes have been handed out. */
  readonly onProgress?: () => void
  /** Told when the last reader has left. */
  readonly onDeserted?: () => void
}

export interface Tee {
  /** @param signal - the reader leaves when it is aborted */
  join(signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** True when nobody reads (any more). */
  isDeserted(): boolean
  /** Pumps until the stream ends or nobody reads any more; every reader learns of a failure, and the caller too. */
  pump(stream: AsyncIterable<Uint8Array>): Promise<void>
}

/** Being a little slower than the others is normal: this much of the whole time is forgiven. */
const FORGIVEN = 0.2

interface Reader {
  readonly outlet: Outlet
  /** For how long it kept somebody waiting who could have gone on. */
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
  const reading = (): Reader[] => readers.filter(({ outlet }) => !outlet.isClosed())

  /** A reader took something or left. */
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
      const full = reading().filter(({ outlet }) => outlet.isFull())
      if (full.length === 0) return
      // All are slower than the source: that is how it should be, and each of them is watched by its own client.
      if (full.length === reading().length) await change()
      else await hurry(full, startedAt)
    }
  }

  async function hurry(full: readonly Reader[], startedAt: number): Promise<void> {
    const before = clock.now()
    // Readers of equal speed are in turn the one that is waited for: only what is more than that counts.
    const usual = Math.min(...reading().map(({ blameMs }) => blameMs))
    const allowed = usual + patienceMs + FORGIVEN * (before - startedAt)
    await changeWithin(Math.max(1, ...full.map(({ blameMs }) => allowed - blameMs)))
    for (const reader of full) {
      reader.blameMs += clock.now() - before
      if (reader.blameMs < allowed || !reader.outlet.isFull()) continue
      reader.outlet.fail(new FellBehind('the others were faster: this one reads on its own'))
    }
  }

  return {
    isDeserted,
    join(signal) {
      const outlet = createOutlet(maxBytes, onChange)
      readers.push({ outlet, blameMs: 0 })
      signal?.addEventListener('abort', outlet.leave, { once: true })
      if (signal?.aborted) outlet.leave()
      return outlet
    },
    async pump(stream) {
      const startedAt = clock.now()
      try {
        for await (const chunk of stream) {
          const all = reading()
          share(chunk, all.length)
          for (const { outlet } of all) outlet.push(chunk)
          await untilRoom(startedAt)
          onProgress?.()
          if (isDeserted()) return
        }
        for (const { outlet } of reading()) outlet.end()
      } catch (error) {
        for (const { outlet } of reading()) outlet.fail(error)
        throw error
      }
    },
  }
}
