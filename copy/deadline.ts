/** A job's deadline, which precedes the timeout of the environment that runs it. */
import { ErrorName } from '../mirror/error-name.ts'
import type { Clock } from '../registry/model/clock.ts'

/** The job reached its deadline; the next job copies the rest. */
export class DeadlineReached extends Error {
  override readonly name = ErrorName.DeadlineReached
}

export interface Deadline extends Disposable {
  /** Aborted with `DeadlineReached` at the deadline. */
  readonly signal: AbortSignal
}

/** Node fires longer timers immediately: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** @param at - milliseconds since the epoch; undefined means no deadline */
export function startDeadline(at: number | undefined, clock: Clock): Deadline {
  const stop = new AbortController()
  const over = new AbortController()
  const reach = (): void => stop.abort(new DeadlineReached('the job reached its deadline'))
  const left = at === undefined ? Number.POSITIVE_INFINITY : at - clock.now()
  if (left <= 0) reach()
  else if (left <= LONGEST_TIMER_MS) clock.sleep(left, over.signal).then(reach, () => {})
  return { signal: stop.signal, [Symbol.dispose]: () => over.abort() }
}
