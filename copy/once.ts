/**
 * One piece of work per key, however many ask for it at the same time: the first leads, the others wait for what it
 * gets. So a layer that twenty tags share is uploaded once. And a lock, for work that each has to do by itself, in turn.
 */

/** Thrown by a leader that stopped for a reason of its own: then the next one who waits takes over. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned'
}

export interface Done<T> {
  readonly value: T
  /** True for the one whose work it was. */
  readonly led: boolean
}

export interface Once<T> {
  /**
   * What `work` gives, from this call's work or from an earlier one's. A failure is remembered like a success: what
   * a layer's whole budget of retries could not do for one tag is not tried again for the nineteen others.
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

/** One at a time for each key: for what has to be read, changed and written back as one. */
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
