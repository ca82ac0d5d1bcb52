/**
 * How fast waiting goes by. Only the waits of the definition (`Wait` states and the backoff of `Retry`) are
 * shortened, through the engine's own override options; the definition is not touched, and task timeouts stay
 * real. The engine takes one length per retrier, so a shortened backoff does not grow, and one per `Wait`, so
 * that a length read from the state's input counts as a minute.
 */
import { everyState, type States } from './asl.ts'
import { asArray, isObject } from './json.ts'

export interface Clock {
  /** Seconds of the definition per second here: 1 is real time, Infinity does not wait at all. */
  readonly speed: number
}

export const CLOCKS = { real: { speed: 1 }, fast: { speed: 10 } } as const satisfies Record<string, Clock>

export interface TimeOverrides {
  readonly waitTimeOverrides?: Record<string, number>
  readonly retryIntervalOverrides?: Record<string, number[]>
}

const DEFAULT_INTERVAL_SECONDS = 1
const WAIT_FROM_INPUT_SECONDS = 60

/** In milliseconds, for each state that waits or retries. Nothing in real time. */
export function timeOverrides(machine: States, { speed }: Clock): TimeOverrides {
  if (speed === 1) return {}
  const waitTimeOverrides: Record<string, number> = {}
  const retryIntervalOverrides: Record<string, number[]> = {}
  for (const [name, state] of everyState(machine)) {
    if (state.Type === 'Wait') {
      waitTimeOverrides[name] = shortened(state.Seconds ?? WAIT_FROM_INPUT_SECONDS, speed)
    }
    const retriers = asArray(state.Retry).filter(isObject)
    if (retriers.length > 0) {
      retryIntervalOverrides[name] = retriers.map((retrier) =>
        shortened(retrier.IntervalSeconds ?? DEFAULT_INTERVAL_SECONDS, speed),
      )
    }
  }
  return { waitTimeOverrides, retryIntervalOverrides }
}

function shortened(seconds: unknown, speed: number): number {
  return Math.round((Number(seconds) * 1000) / speed)
}
