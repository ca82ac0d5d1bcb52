/** One reader's end of a stream that several read: a short queue, and the news that there is room again. */

export interface Outlet extends AsyncIterable<Uint8Array> {
  push(chunk: Uint8Array): void
  end(): void
  fail(error: unknown): void
  /** Its reader wants no more. */
  leave(): void
  /** True while its reader takes more than the queue holds to catch up. */
  isFull(): boolean
  /** True when nothing more will be read here: it ended, failed, or its reader left. */
  isClosed(): boolean
}

interface Wish {
  readonly resolve: (result: IteratorResult<Uint8Array>) => void
  readonly reject: (error: unknown) => void
}

const DONE = { done: true, value: undefined } as const

/** `onChange` is told when the reader took something or left. */
export function createOutlet(maxBytes: number, onChange: () => void): Outlet {
  const queue: Uint8Array[] = []
  let queued = 0
  let wish: Wish | undefined
  let state: 'open' | 'ended' | 'failed' | 'left' = 'open'
  let failure: unknown

  async function next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = queue.shift()
    if (chunk !== undefined) {
      queued -= chunk.length
      onChange()
      return { done: false, value: chunk }
    }
    if (state === 'failed') throw failure
    if (state !== 'open') return DONE
    return new Promise((resolve, reject) => {
      wish = { resolve, reject }
    })
  }

  /** The reader that already waits, if any: it gets what comes without a detour through the queue. */
  function takeWish(): Wish | undefined {
    const taken = wish
    wish = undefined
    return taken
  }

  function leave(): void {
    if (state === 'left') return
    state = 'left'
    queue.length = 0
    takeWish()?.resolve(DONE)
    onChange()
  }

  return {
    push(chunk) {
      if (state !== 'open') return
      const waiting = takeWish()
      if (waiting) return waiting.resolve({ done: false, value: chunk })
      queue.push(chunk)
      queued += chunk.length
    },
    end() {
      if (state !== 'open') return
      state = 'ended'
      takeWish()?.resolve(DONE)
    },
    fail(error) {
      if (state !== 'open') return
      state = 'failed'
      failure = error
      queue.length = 0
      takeWish()?.reject(error)
    },
    leave,
    isFull: () => state === 'open' && queued >= maxBytes,
    isClosed: () => state !== 'open',
    [Symbol.asyncIterator]: () => ({
      next,
      async return() {
        leave()
        return DONE
      },
    }),
  }
}
