/**
 * The blobs that are read from one registry at the same time. A connection is as fast as its window is wide, and at the
 * end of a job the last blob may be left on one that fills a part of the line only, beside others that have nothing to
 * do any more. Then its rest is read over those.
 */
import { monotonicMs } from './clock.ts'
import { slidingRate } from './sliding-rate.ts'

export interface Reading extends Disposable {
  /** So many bytes came, for which we waited so long. Tells how the rest should be read, if otherwise than so far. */
  moved(bytes: number, waitedMs: number): Spread | undefined
}

/** Over how many connections, and how many bytes from here on the one of so far still brings until they do. */
export interface Spread {
  readonly connections: number
  readonly bytesMeanwhile: number
}

export interface Readings {
  /** @param latencyMs - what it took until the first byte came */
  begin(size: number, latencyMs: number): Reading
}

interface State {
  readonly latencyMs: number
  readonly bytes: ReturnType<typeof slidingRate>
  readonly waited: ReturnType<typeof slidingRate>
  left: number
  connections: number
}

const WINDOW_MS = 200
/** Only large blobs open a connection's window, and only for them it matters. */
const LARGE_BYTES = 1024 * 1024
/** A rest that is larger would cost many requests. */
const REST_BYTES = 16 * 1024 * 1024
/** What is over sooner than that has nothing to win. */
const WORTH_MS = 100
/** Whoever has read one blob may be about to read the next, when the target has said that it has the first. */
const REST_MS = 100
/** For one rest: with more, the next would have to wait for them. */
const CONNECTIONS = 2
/** An answer that took longer may have had to wait for a token as well. */
const LATENCY_MS = 250
/** A line that is as full as that has no room. */
const FULL = 0.92
/** So much of the time we have to wait for a blob, or it is not the line that holds it up. */
const STARVED = 0.6

export function createReadings(now: () => number = monotonicMs): Readings {
  const active = new Set<State>()
  /** When connections became free: the widest first, most likely, since they were the fastest. */
  const free: number[] = []
  const all = slidingRate(WINDOW_MS, now())
  let fastest = 0

  function spreadOf(state: State, at: number): Spread | undefined {
    const rested = free.filter((since) => since <= at - REST_MS).length
    if (rested < CONNECTIONS || state.connections > 1 || state.left > REST_BYTES) return undefined
    const rate = state.bytes.at(at)
    const isSlow = rate > 0 && state.left / rate > WORTH_MS && state.waited.at(at) > STARVED
    if (!isSlow || all.at(at) > FULL * fastest || !isLast(state, at)) return undefined
    return {
      connections: CONNECTIONS,
      bytesMeanwhile: Math.round(rate * Math.min(state.latencyMs, LATENCY_MS)),
    }
  }

  /** Of all that are read as they always were. */
  function isLast(state: State, at: number): boolean {
    const timeLeft = ({ left, bytes }: State): number => left / bytes.at(at)
    return [...active].every((other) => other.connections > 1 || timeLeft(other) <= timeLeft(state))
  }

  return {
    begin(size, latencyMs) {
      const started = now()
      const state: State = {
        latencyMs,
        bytes: slidingRate(WINDOW_MS, started),
        waited: slidingRate(WINDOW_MS, started),
        left: size,
        connections: 1,
      }
      const isLarge = size >= LARGE_BYTES
      active.add(state)
      if (isLarge) free.shift()
      return {
        moved(bytes, waitedMs) {
          const at = now()
          state.left -= bytes
          for (const rate of [state.bytes, all]) rate.add(at, bytes)
          state.waited.add(at, waitedMs)
          fastest = Math.max(fastest, all.at(at))
          const spread = spreadOf(state, at)
          if (spread === undefined) return undefined
          state.connections = spread.connections
          free.splice(0, spread.connections)
          return spread
        },
        [Symbol.dispose]() {
          if (!active.delete(state) || !isLarge) return
          // Those of a rest are not the ones that the next blob would be read over.
          const since = now() - (state.connections > 1 ? REST_MS : 0)
          for (let one = 0; one < state.connections; one++) free.push(since)
        },
      }
    },
  }
}
