/**
 * Models TCP's congestion window for one direction of a connection over a shaped link. The window starts with ten
 * segments, doubles with every round trip until the link's queue is full, then shrinks by a third and grows slowly.
 */
import type { Socket } from 'node:net'
import { delayLine } from './delay-line.ts'

/** One direction of a link. Its flows share the rate, first come, first served. */
export interface Pipe {
  readonly bytesPerMs: number
  /** Size of its queue. */
  readonly queueBytes: number
  /** Time at which the bytes queued so far will have been sent. */
  freeAt: number
}

export interface FlowOptions {
  readonly pipe: Pipe
  readonly delayMs: number
  /** Time of the first byte: adds the round trip of the handshake, which loopback does not have. */
  readonly openAt: number
}

const SEGMENT = 1448
const FIRST_WINDOW = 10 * SEGMENT
/** The largest receive window by Linux's defaults. */
const MAX_WINDOW = 6 * 1024 * 1024
const CUBIC_BETA = 0.7

export function flow(from: Socket, to: Socket, { pipe, delayMs, openAt }: FlowOptions): void {
  const onTheWay = delayLine()
  const acknowledgements = delayLine()
  let window = FIRST_WINDOW
  let slowStartUpTo = MAX_WINDOW
  let inFlight = 0
  let lastLossAt = 0
  let draining: Promise<void> | undefined

  from.on('data', (chunk: Buffer) => {
    const now = performance.now()
    const start = Math.max(pipe.freeAt, now, openAt)
    pipe.freeAt = start + chunk.length / pipe.bytesPerMs
    if (now > openAt && (start - now) * pipe.bytesPerMs > pipe.queueBytes) lose(now)
    onTheWay.add(pipe.freeAt + delayMs, () => void arrive(chunk))
    inFlight += chunk.length
    if (inFlight >= window) from.pause()
  })
  from.on('end', () => onTheWay.add(Math.max(pipe.freeAt, openAt) + delayMs, () => to.end()))

  /** Shrinks the window, as a loss does. No byte is dropped: the time of a retransmission is negligible. */
  function lose(now: number): void {
    if (now - lastLossAt < 2 * delayMs) return
    lastLossAt = now
    window = Math.max(2 * SEGMENT, window * CUBIC_BETA)
    slowStartUpTo = window
  }

  /** Shares one wait between all chunks that arrive while the socket is full. */
  function drained(): Promise<void> {
    draining ??= new Promise((resolve) => {
      to.once('drain', () => {
        draining = undefined
        resolve()
      })
    })
    return draining
  }

  async function arrive(chunk: Buffer): Promise<void> {
    if (to.destroyed) return
    // Backpressure: the acknowledgement waits until the receiver has read.
    if (!to.write(chunk)) await drained()
    acknowledgements.add(performance.now() + delayMs, () => acknowledge(chunk.length))
  }

  function acknowledge(bytes: number): void {
    inFlight -= bytes
    window += window < slowStartUpTo ? bytes : (SEGMENT * bytes) / window
    window = Math.min(window, MAX_WINDOW)
    if (inFlight < window) from.resume()
  }
}
