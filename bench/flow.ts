/**
 * One direction of one connection through a shaped link: a model of TCP's window, fed by a socket. Slow start from ten
 * segments, doubling with every round trip, until the link's queue is full; then less by a third, and slowly on.
 */
import type { Socket } from 'node:net'
import { delayLine } from './delay-line.ts'

/** The link's direction that several flows share: first come, first served, at its rate. */
export interface Pipe {
  readonly bytesPerMs: number
  /** How much may wait in front of it. */
  readonly queueBytes: number
  /** When what is queued by now will have gone out. */
  freeAt: number
}

export interface FlowOptions {
  readonly pipe: Pipe
  readonly delayMs: number
  /** Before this nothing is sent: a handshake takes a round trip, which it does not on a loopback address. */
  readonly openAt: number
}

const SEGMENT = 1448
const FIRST_WINDOW = 10 * SEGMENT
/** What a receiver offers at most, by Linux's defaults. */
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

  /** The queue is full. Nothing is really dropped: what would be sent again is little, what counts is the window. */
  function lose(now: number): void {
    if (now - lastLossAt < 2 * delayMs) return
    lastLossAt = now
    window = Math.max(2 * SEGMENT, window * CUBIC_BETA)
    slowStartUpTo = window
  }

  /** One wait for all that came while it was full. */
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
    // Who does not read stops the sender: the acknowledgement waits until it does.
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
