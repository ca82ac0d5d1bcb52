// Runs work in a thread that can be ended: an expression that backtracks hears of nothing else.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What is linear is done in milliseconds, what is quadratic takes many minutes: no machine is in between. */
const LIMIT_MS = 30_000

export interface InTime extends AsyncDisposable {
  /** True when the thread has answered within the limit; it is started anew after a task that has not. */
  done(task: unknown): Promise<boolean>
}

/** @param program - answers each message, its task, with another one */
export function inTime(program: URL, limitMs = LIMIT_MS): InTime {
  let worker: Worker | undefined

  async function done(task: unknown): Promise<boolean> {
    worker ??= new Worker(program)
    const running = worker
    running.postMessage(task)
    const stop = new AbortController()
    const late = setTimeout(() => stop.abort(), limitMs)
    try {
      await once(running, 'message', { signal: stop.signal })
      return true
    } catch (error) {
      worker = undefined
      await running.terminate()
      if (stop.signal.aborted) return false
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  return {
    done,
    async [Symbol.asyncDispose]() {
      await worker?.terminate()
    },
  }
}
