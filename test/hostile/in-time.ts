// Runs work in a thread that can be terminated, because nothing else stops a backtracking expression.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Linear work takes milliseconds, and quadratic work many minutes, on any machine. */
const LIMIT_MS = 30_000

export interface InTime extends AsyncDisposable {
  /** Returns true if the thread responds within the limit. After a timeout, the thread is restarted. */
  done(task: unknown): Promise<boolean>
}

/** @param program - responds to each message, which is a task, with one message */
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
