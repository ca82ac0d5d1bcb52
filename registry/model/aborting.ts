/**
 * What happens when a signal is aborted, for signals that thousands of requests share one after the other: one listener
 * for all of them, since adding and removing one for each takes 4 of the 150 ms of processor time of a copy of 60 small
 * blobs. And signals that follow another one, without AbortSignal.any, which asks its sources each time that it is asked.
 */

const actsOf = new WeakMap<AbortSignal, Set<() => void>>()

/** Has `act` called when the signal is aborted; not when it already is. Gives what ends that. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = actsOf.get(signal) ?? listen(signal)
  // A function of its own each time: the same one may be given twice.
  const own = (): void => act()
  acts.add(own)
  return () => void acts.delete(own)
}

function listen(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>()
  actsOf.set(signal, acts)
  signal.addEventListener('abort', () => {
    for (const act of acts) act()
  })
  return acts
}

/** A signal of one's own that is aborted with another one as well. */
export interface Follower extends Disposable {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
  /** From now on it follows no more. */
  [Symbol.dispose](): void
}

/** @param leader whose end is the follower's as well. @default - none: it is aborted by hand only */
export function follow(leader?: AbortSignal): Follower {
  const own = new AbortController()
  const abort = (): void => own.abort(leader?.reason)
  if (leader?.aborted) abort()
  const leave = leader === undefined ? () => {} : onAbort(leader, abort)
  return { signal: own.signal, abort: (reason) => own.abort(reason), [Symbol.dispose]: leave }
}
