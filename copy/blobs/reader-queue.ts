/** One reader's end of a shared stream: a bounded queue that reports when it has room again. */

export interface ReaderQueue extends AsyncIterable<Uint8Array> {
  push(chunk: Uint8Array): void
  end(): void
  fail(error: unknown): void
  /** Closes the queue on behalf of its reader. */
  leave(): void
  /** True while the queue holds its maximum and the reader has to catch up. */
  isFull(): boolean
  /** True after the stream ended or failed, or the reader left. */
  isClosed(): boolean
}

interface Wish {
  readonly resolve: (result: IteratorResult<Uint8Array>) => void
  readonly reject: (error: unknown) => void
}

const DONE = { done: true, value: undefined } as const

/** Calls `onChange` when the reader takes a chunk or leaves. */
export function createReaderQueue(maxBytes: number, onChange: () => void): ReaderQueue {
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

  /** Takes the reader's pending read, if any. It receives the next chunk directly, without the queue. */
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
