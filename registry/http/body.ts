/**
 * A response's body as it arrives: a little ahead of whoever reads it at most, and watched for stalls. Small chunks
 * that came since the last look are read as one: TLS brings 16 KiB at a time, and each costs a hash and a write.
 */
import type { IncomingMessage } from 'node:http'
import { giveBack, own } from './owned-bytes.ts'
import type { StallLimits } from './watchdog.ts'
import { watchdog } from './watchdog.ts'

/** Bytes that may wait for the reader, and what a single read brings beyond them. */
const AHEAD_BYTES = 128 * 1024
/** From here on, what it costs to put chunks together is more than what it spares. */
const LARGE_BYTES = 64 * 1024

/** What the reader of a body tells its owner. */
export interface BodyEvents {
  /** The error for a body that has stalled. */
  stalled(): Error
  /** What is thrown for what broke. */
  explain(error: Error): unknown
  received(bytes: number): void
  /** Nobody reads any more, whether to the end or not. */
  left(): void
}

/**
 * Reads the body; may be called once. Leaving the loop early closes the connection. The chunks are owned
 * (owned-bytes.ts): whoever has done with one may give it back.
 * The listeners are there from the call on, so that a body that breaks before it is read is not an uncaught error.
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
      // All of it may be here, down to an answer without a body: then nobody is waited for.
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

/** The whole body, cut off at `limit` bytes; what is longer is left unread and the connection closed. */
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

/** Reads away a body that nobody wants, so that its connection can be used again; a long one is cut off instead. */
export async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await collect(chunks, DRAIN_BYTES)
  } catch {
    // What broke was not wanted.
  }
}
