/**
 * One pause for each host and identity: when a registry asks one request to slow down, all of them wait, so that
 * fifty workers do not each find out for themselves.
 */
import type { Clock } from '../model/clock.ts'
import { type RegistryError, restate } from '../model/errors.ts'

export interface Pauses {
  /** Waits until the key may be asked. @throws what began the pause, when it is longer than anyone should wait here */
  enter(key: string, signal?: AbortSignal): Promise<void>
  begin(key: string, error: RegistryError, ms: number): void
}

interface Pause {
  readonly until: number
  readonly error: RegistryError
}

/** After a pause the waiting requests go out spread over this part of its length, and not all at once. */
const SPREAD = 0.25
const MAX_SPREAD_MS = 2_000

export function createPauses(patienceMs: number, clock: Clock): Pauses {
  const pauses = new Map<string, Pause>()

  function current(key: string): Pause | undefined {
    const pause = pauses.get(key)
    if (pause !== undefined && pause.until <= clock.now()) pauses.delete(key)
    return pauses.get(key)
  }

  return {
    async enter(key, signal) {
      let waited = 0
      for (let pause = current(key); pause !== undefined; pause = current(key)) {
        const left = pause.until - clock.now()
        if (waited + left > patienceMs) throw restate(pause.error, { retryAfterSeconds: left / 1000 })
        const ms = left + Math.ceil(clock.random() * Math.min(left * SPREAD, MAX_SPREAD_MS))
        waited += ms
        await clock.sleep(ms, signal)
      }
    },
    begin(key, error, ms) {
      const until = clock.now() + ms
      const pause = current(key)
      if (pause === undefined || pause.until < until) pauses.set(key, { until, error })
    },
  }
}
