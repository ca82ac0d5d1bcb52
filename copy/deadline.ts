/** The moment at which a job ends itself, before whoever runs it does. */
import { ErrorName } from '../mirror/error-name.ts'
import type { Clock } from '../registry/model/clock.ts'

/** The job's time was up: the rest is for the next one. */
export class DeadlineReached extends Error {
  override readonly name = ErrorName.DeadlineReached
}

export interface Deadline extends Disposable {
  /** Aborted with `DeadlineReached` when it is time. */
  readonly signal: AbortSignal
}

/** A longer timer would fire at once: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** `at` is in milliseconds since the epoch; undefined never comes. */
export function startDeadline(at: number | undefined, clock: Clock): Deadline {
  const stop = new AbortController()
  const over = new AbortController()
  const reach = (): void => stop.abort(new DeadlineReached('the time of this job is up'))
  const left = at === undefined ? Number.POSITIVE_INFINITY : at - clock.now()
  if (left <= 0) reach()
  else if (left <= LONGEST_TIMER_MS) clock.sleep(left, over.signal).then(reach, () => {})
  return { signal: stop.signal, [Symbol.dispose]: () => over.abort() }
}
