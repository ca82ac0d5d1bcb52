/**
 * Sends a request body with backpressure, and stops when an early response arrives (a 413 or 401 in the middle of a large
 * blob) or the connection breaks.
 */
import type { ClientRequest } from 'node:http'
import { ConnectionLost } from './lost.ts'
import { giveBack } from './owned-bytes.ts'
import type { TrafficCounter } from './traffic.ts'
import { type StallLimits, watchdog } from './watchdog.ts'

/** A body of known size that is read once. Owned chunks (owned-bytes.ts) are given back after they are sent. */
export interface ByteStream {
  readonly size: number
  readonly chunks: AsyncIterable<Uint8Array>
}

export interface BodyToSend {
  readonly body?: Uint8Array | ByteStream | undefined
  readonly traffic: Pick<TrafficCounter, 'sent'>
}

/** A connection's buffers accept this much even if the peer does not read. */
const PIECE_BYTES = 64 * 1024

/** Calls `whenSent` once the whole body is sent. Failures destroy the request. */
export function sendBody(
  outgoing: ClientRequest,
  { body, traffic }: BodyToSend,
  limits: StallLimits,
  whenSent: () => void,
): void {
  if (body === undefined || (body instanceof Uint8Array && body.length <= PIECE_BYTES)) {
    traffic.sent(body?.length ?? 0)
    outgoing.end(body, whenSent)
    return
  }
  const bytes = body instanceof Uint8Array ? { size: body.length, chunks: piecesOf(body) } : body
  stream(outgoing, bytes, traffic.sent, limits).then(
    (sent) => {
      if (sent) outgoing.end(whenSent)
    },
    (error: unknown) => outgoing.destroy(error instanceof Error ? error : new Error(String(error))),
  )
}

/** Splits a body, since stalls are only detected between writes. */
async function* piecesOf(body: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.length; at += PIECE_BYTES) yield body.subarray(at, at + PIECE_BYTES)
}

/** @returns false if the rest of the body is no longer needed */
async function stream(
  outgoing: ClientRequest,
  { chunks }: ByteStream,
  sent: (bytes: number) => void,
  limits: StallLimits,
): Promise<boolean> {
  let over = false
  let wake = (): void => {}
  const finish = (): void => {
    over = true
    wake()
  }
  const drained = (): void => wake()
  outgoing.once('response', finish).once('close', finish).on('drain', drained)
  const dog = watchdog(limits, () =>
    outgoing.destroy(
      new ConnectionLost(`the server accepted no bytes for ${limits.stallMs / 1000} s`, 'ETIMEDOUT'),
    ),
  )
  try {
    for await (const chunk of chunks) {
      if (over) return false
      const bytes = chunk.length
      sent(bytes)
      const goesOn = outgoing.write(chunk, (error) => {
        // After a failed write, the system may still read the chunk.
        if (!error) giveBack(chunk)
      })
      if (!goesOn) {
        dog.waiting()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        dog.moved(bytes)
      }
      if (over) return false
    }
    return true
  } finally {
    dog.rest()
    outgoing.off('response', finish).off('close', finish).off('drain', drained)
  }
}
