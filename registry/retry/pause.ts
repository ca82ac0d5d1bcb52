/** Rate-limit pauses shared by all requests of one identity to one host. */
import type { Clock } from '../model/clock.ts'
import { type RegistryError, restate } from '../model/errors.ts'

export interface Pauses {
  /** Waits until the key's pause is over. @throws the error that began the pause, if the wait would exceed the patience */
  enter(key: string, signal?: AbortSignal): Promise<void>
  begin(key: string, error: RegistryError, ms: number): void
}

interface Pause {
  readonly until: number
  readonly error: RegistryError
}

/** Jitter as a fraction of the pause, so that waiting requests do not resume all at once. */
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
