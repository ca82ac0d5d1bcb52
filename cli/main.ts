#!/usr/bin/env node
/** The program's entry: finds the command, hands signals on, and turns errors into messages and exit statuses. */
import { StateLocked } from '../local/state-lock.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { didYouMean } from '../mirror/nearest.ts'
import { INTERRUPTED } from './interrupted.ts'
import type { Terminal } from './run.ts'
import { MAIN_HELP, UsageError } from './usage.ts'

type Command = (args: readonly string[], terminal: Terminal, signal: AbortSignal) => Promise<number>

/** Loaded when they are called: what one of them needs must not slow the other. */
const COMMANDS: Readonly<Record<string, Command>> = {
  run: async (...call) => (await import('./run.ts')).run(...call),
  copy: async (...call) => (await import('./copy.ts')).copy(...call),
}

async function main([name, ...args]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.stdout.write(`${MAIN_HELP}\n`)
    return name === undefined ? 2 : 0
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) {
    throw new UsageError(`there is no command "${name}"${didYouMean(name, Object.keys(COMMANDS))}`)
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second time, there is no more patience with what does not end.
      if (stop.signal.aborted) process.exit(INTERRUPTED[signal])
      stop.abort(signal)
    })
  }
  return command(args, terminal, stop.signal)
}

/** The exit status for an error; those that people can mend are told without a stack. */
function report(error: unknown, { stderr }: Terminal): number {
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\nSee --help.\n`)
    return 2
  }
  if (error instanceof StateLocked || (error instanceof Error && error.name === ErrorName.InvalidInput)) {
    stderr.write(`${error.message}\n`)
    return 2
  }
  stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  return 1
}

const terminal: Terminal = process
process.exitCode = await main(process.argv.slice(2), terminal).catch((error: unknown) =>
  report(error, terminal),
)
