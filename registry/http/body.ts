/**
 * Response body stream with bounded read-ahead and a stall timeout. Merges small chunks that arrived since the last read:
 * TLS delivers 16 KiB at a time, and each chunk costs a hash and a write.
 */
import type { IncomingMessage } from 'node:http'
import { giveBack, own } from './owned-bytes.ts'
import type { StallLimits } from './watchdog.ts'
import { watchdog } from './watchdog.ts'

/** The read-ahead limit. The last read may exceed it. */
const AHEAD_BYTES = 128 * 1024
/** From this average size on, merging chunks costs more than it saves. */
const LARGE_BYTES = 64 * 1024

/** Callbacks of a body to its request. */
export interface BodyEvents {
  /** Creates the error for a stall. */
  stalled(): Error
  /** Converts an error of the connection to the one to throw. */
  explain(error: Error): unknown
  received(bytes: number): void
  /** Reading has ended, completely or not. */
  left(): void
}

/**
 * Reads the body; call it once. Leaving the loop early closes the connection. Chunks are owned (owned-bytes.ts), so the
 * reader may give them back. Listeners are attached immediately, so that an early failure is not an uncaught error.
 */
export function readBody(
  response: IncomingMessage,
  limits: StallLimits,
  events: BodyEvents,
): AsyncIterableIterator<Uint8Array> {
  const waiting: Uint8Array[] = []
  let ahead = 0
  let ended = false
  let failure: Error | undefined
  let wake = (): void => {}
  const dog = watchdog(limits, () => response.destroy(events.stalled()))

  response.on('data', (chunk: Uint8Array) => {
    dog.moved(chunk.length)
    events.received(chunk.length)
    waiting.push(own(chunk))
    ahead += chunk.length
    if (ahead >= AHEAD_BYTES) response.pause()
    wake()
  })
  response.on('end', () => {
    ended = true
    wake()
  })
  response.on('error', (error) => {
    failure = error
    wake()
  })
  response.on('close', () => {
    if (!ended) failure ??= new Error('the connection was closed')
    wake()
  })
  response.pause()

  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        const chunk = takeSome()
        if (chunk !== undefined) yield chunk
        else if (failure !== undefined) throw events.explain(failure)
        else if (ended) return
        else await more()
      }
    } finally {
      dog.rest()
      if (!ended) response.destroy()
      events.left()
    }
  }

  function takeSome(): Uint8Array | undefined {
    const together = waiting.length > 1 && ahead < waiting.length * LARGE_BYTES
    const chunk = together ? concat(waiting.splice(0)) : waiting.shift()
    ahead -= chunk?.length ?? 0
    return chunk
  }

  function more(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      // The watchdog only runs while bytes are outstanding.
      if (!response.complete) dog.waiting()
      response.resume()
    })
  }

  return chunks()
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const all = own(Buffer.concat(chunks))
  for (const chunk of chunks) giveBack(chunk)
  return all
}

/** Reads a whole body, truncated to `limit` bytes. A longer one closes the connection. */
export async function collect(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<{ readonly bytes: Buffer; readonly complete: boolean }> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    size += chunk.length
    if (size > limit) return { bytes: Buffer.concat(parts).subarray(0, limit), complete: false }
  }
  return { bytes: Buffer.concat(parts), complete: true }
}

const DRAIN_BYTES = 64 * 1024

/** Discards a body so that its connection can be reused; a long one closes the connection instead. */
export async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await collect(chunks, DRAIN_BYTES)
  } catch {
    // The body is not needed.
  }
}
