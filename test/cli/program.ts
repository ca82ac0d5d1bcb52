// Starts the program in a separate process, as users do.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const MAIN = join(import.meta.dirname, '..', '..', 'cli', 'main.ts')

export interface Finished {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export type Started = ReturnType<typeof start>

export function start(...args: readonly string[]) {
  const started = startOpen(args)
  started.child.stdin.end()
  return started
}

/** Leaves standard input open. */
export function startOpen(args: readonly string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const finished = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[status], stdout, stderr]): Finished => ({ status: status as number | null, stdout, stderr }),
  )
  return { child, finished }
}

export function program(...args: readonly string[]): Promise<Finished> {
  return start(...args).finished
}
