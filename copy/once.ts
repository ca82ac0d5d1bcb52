/**
 * Single flight per key: the first caller does the work, concurrent and later callers receive its result, so that a
 * layer that twenty tags share is uploaded once. Also a lock per key.
 */

/** Thrown by a leader that stops for an unrelated reason; the next waiting caller becomes the leader. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned'
}

export interface Done<T> {
  readonly value: T
  /** True for the caller that did the work. */
  readonly led: boolean
}

export interface Once<T> {
  /**
   * Returns the result of `work`, from this call or an earlier one. Failures are kept too, so that a layer that used up
   * its retries for one tag is not retried for the nineteen others.
   */
  run(key: string, work: () => Promise<T>): Promise<Done<T>>
  /** Makes the next call do the work again. */
  forget(key: string): void
}

export function createOnce<T>(): Once<T> {
  const running = new Map<string, Promise<T>>()

  async function run(key: string, work: () => Promise<T>): Promise<Done<T>> {
    for (;;) {
      const leader = running.get(key)
      if (leader === undefined) return { value: await lead(key, work), led: true }
      try {
        return { value: await leader, led: false }
      } catch (error) {
        if (!(error instanceof Abandoned)) throw error
      }
    }
  }

  function lead(key: string, work: () => Promise<T>): Promise<T> {
    const promise = work().catch((error: unknown) => {
      if (error instanceof Abandoned && running.get(key) === promise) running.delete(key)
      throw error
    })
    running.set(key, promise)
    return promise
  }

  return { run, forget: (key) => void running.delete(key) }
}

/** A mutex per key, for read-modify-write operations. */
export type Lock = <T>(key: string, work: () => Promise<T>) => Promise<T>

export function createLock(): Lock {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const before = last.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    last.set(key, mine)
    return mine
  }
}
