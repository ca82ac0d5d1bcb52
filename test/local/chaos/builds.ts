// Runs builds in threads of this process, because thousands of shells take too long. They use the same bundled
// program and the same environment.
import { once } from 'node:events'
import { appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { ShellProps, ShellResult } from '../../../local/codebuild/shell.ts'
import type { Done, Order } from './build-thread.ts'

export interface BuildThreads {
  run(props: ShellProps): Promise<ShellResult>
  close(): Promise<void>
}

/** Limits the builds of a thread, because each loaded program stays in memory. */
const BUILDS_PER_THREAD = 8

interface Thread {
  readonly worker: Worker
  builds: number
}

export function buildThreads(): BuildThreads {
  const idle: Thread[] = []

  function start(): Thread {
    const execArgv = ['--disable-warning=ExperimentalWarning']
    const worker = new Worker(new URL('./build-thread.ts', import.meta.url), { execArgv, env: {} })
    return { worker, builds: 0 }
  }

  async function giveBack(thread: Thread): Promise<void> {
    thread.builds += 1
    if (thread.builds < BUILDS_PER_THREAD) idle.push(thread)
    else await thread.worker.terminate()
  }

  return {
    async run({ folder, environment, logFile }) {
      const at = new Date()
      const thread = idle.pop() ?? start()
      const order: Order = { program: join(folder, 'main.mjs'), environment }
      thread.worker.postMessage(order)
      const [{ status, stderr }] = (await once(thread.worker, 'message')) as [Done]
      await giveBack(thread)
      await appendFile(logFile, stderr)
      return {
        status: status === 0 ? 'SUCCEEDED' : 'FAILED',
        phases: [
          { phase: 'build', at },
          { phase: 'build', at: new Date(), status, command: 0 },
        ],
        variables: {},
      }
    },
    async close() {
      await Promise.all(idle.map(({ worker }) => worker.terminate()))
    },
  }
}
