/** The frame of every command: signals abort it, and errors become messages and exit statuses. */
import { StateLocked } from '../local/state-lock.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { didYouMean } from '../mirror/nearest.ts'
import manifest from '../package.json' with { type: 'json' }
import { RegistryError } from '../registry/model/errors.ts'
import { INTERRUPTED } from './interrupted.ts'
import type { Terminal } from './run.ts'
import { systemSentence } from './system-error.ts'
import { MAIN_HELP, UsageError } from './usage.ts'

/** Gives the exit status. */
export type Command = (args: readonly string[], terminal: Terminal, signal: AbortSignal) => Promise<number>

/** Runs the command that the arguments of this process name. */
export async function runProgram(commands: Readonly<Record<string, Command>>): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreDeparted)
  // An empty event loop must not exit with status 0.
  process.exitCode = 1
  process.exitCode = await perform(commands, process.argv.slice(2), process).catch((error: unknown) =>
    report(error, process),
  )
}

/**
 * Ends the program without the tidying up that the system does anyway, and in less time: 3 ms, or 1 % of a copy of 100 MB.
 * For commands that leave nothing unfinished.
 */
export function leave(): void {
  const isSaid = [process.stdout, process.stderr].every(({ writableLength }) => writableLength === 0)
  if (isSaid) process.exit()
}

/** A reader that has seen enough, as `head` does, ends no command. */
function ignoreDeparted(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

async function perform(
  commands: Readonly<Record<string, Command>>,
  [name, ...args]: readonly string[],
  terminal: Terminal,
): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.stdout.write(`${MAIN_HELP}\n`)
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-V') {
    terminal.stdout.write(`${manifest.version}\n`)
    return 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    throw new UsageError(`there is no command "${name}"${didYouMean(name, Object.keys(commands))}`)
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second signal ends what the first one could not.
      if (stop.signal.aborted) process.exit(INTERRUPTED[signal])
      stop.abort(signal)
    })
  }
  return finish(command(args, terminal, stop.signal), stop, terminal)
}

/** How long a command may take to tidy up after a failure that none of its calls could throw. */
const TIDY_MS = 10_000

/**
 * Ends with the command, or with a failure outside of its calls, such as that of a log file on a full disk: the command
 * is then stopped, so that nothing that it started outlives it.
 */
async function finish(running: Promise<number>, stop: AbortController, terminal: Terminal): Promise<number> {
  let failure: { readonly error: unknown } | undefined
  process.on('uncaughtException', (error) => {
    if (failure !== undefined) return
    failure = { error }
    stop.abort(error)
    setTimeout(() => process.exit(report(error, terminal)), TIDY_MS).unref()
  })
  const status = await running.catch((error: unknown) => {
    throw failure === undefined ? error : failure.error
  })
  if (failure !== undefined) throw failure.error
  return status
}

/** Prints the error and returns the exit status. Only a fault of ours is worth a stack. */
function report(error: unknown, { stderr }: Terminal): number {
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\nSee --help.\n`)
    return 2
  }
  if (isOfTheirs(error)) {
    stderr.write(`${error.message}\n`)
    return 2
  }
  const sentence = systemSentence(error)
  stderr.write(`${sentence ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`)
  return 1
}

/** A registry's error gets here only from the settings of registries on this machine, before any request. */
function isOfTheirs(error: unknown): error is Error {
  if (error instanceof StateLocked || error instanceof RegistryError) return true
  return error instanceof Error && error.name === ErrorName.InvalidInput
}
