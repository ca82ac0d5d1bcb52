/** Runs a command, aborts it on signals, and turns errors into messages and exit statuses. */
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { StateLocked } from '../../local/state-lock.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import manifest from '../../package.json' with { type: 'json' }
import { RegistryError } from '../../registry/model/errors.ts'
import { AwsProblem } from '../deployed/aws/problem.ts'
import { refuseNpmFlags } from '../run/npm-flags.ts'
import { INTERRUPTED, orInterrupted } from '../terminal/interrupted.ts'
import { printWrapped } from '../terminal/print.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { type Choose, defineCommand, type Job } from './define.ts'
import { systemSentence } from './system-error.ts'
import { UsageError } from './usage-error.ts'

const DESCRIPTION = 'Mirrors container images to Amazon ECR in every region, with the same digest.'

/** Defines the commands, which pass their job to `choose`. */
export type Define = (choose: Choose) => readonly CommandUnknownOpts[]

/** Runs the command that the arguments of this process name. */
export async function runProgram(define: Define): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  try {
    const job = jobOf(process.argv.slice(2), define)
    // An empty event loop must not exit with status 0.
    process.exitCode = 1
    process.exitCode = await perform(job, process)
    requireWritten(process)
  } catch (error) {
    process.exitCode = report(error, process)
  }
}

/**
 * Exits without waiting for Node's own cleanup, which takes 3 ms, or 1 % of a copy of 100 MB. For commands that leave no
 * work pending.
 */
export function exitNow(): void {
  const isFlushed = [process.stdout, process.stderr].every(({ writableLength }) => writableLength === 0)
  if (isFlushed) process.exit()
}

/** Ignores EPIPE: the command continues if its reader closes the pipe, as `head` does. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/** @throws the error of a stream that lost output, such as a file on a full disk: a lost result must not look like a success */
function requireWritten({ stdout, stderr }: NodeJS.Process): void {
  for (const { errored } of [stdout, stderr]) {
    if (errored && (errored as NodeJS.ErrnoException).code !== 'EPIPE') throw errored
  }
}

/** @throws {UsageError} for an invalid command line; CommanderError after the help or the version was printed */
function jobOf(args: readonly string[], define: Define): Job {
  let job: Job | undefined
  const program = defineCommand('npx image-mirror')
    .description(DESCRIPTION)
    .version(manifest.version, '-V, --version')
  for (const command of define((chosen) => {
    job = chosen
  })) {
    program.addCommand(command)
    if (command.name() === args[0]) refuseNpmFlags(args.slice(1), command.options, process.env)
  }
  program.parse(args, { from: 'user' })
  if (job === undefined) throw new Error(`the command ${args[0]} does nothing`)
  return job
}

async function perform(job: Job, terminal: Terminal): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second signal exits without waiting for the command.
      if (stop.signal.aborted) process.exit(INTERRUPTED[signal])
      stop.abort(signal)
    })
  }
  const running = orInterrupted(job(terminal, stop.signal), terminal, stop.signal)
  return finish(running, stop, terminal)
}

/** How long a command may take to clean up after an uncaught exception. */
const TIDY_MS = 10_000

/**
 * Waits for the command. An uncaught exception, such as a write error of a log file on a full disk, aborts the command
 * first, so that its child processes end too.
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

/** Prints the error and returns the exit status. Only bugs are printed with a stack. */
function report(error: unknown, { stderr }: Terminal): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof UsageError) {
    stderr.write(`${error.message}\nSee --help.\n`)
    return 2
  }
  if (isInputError(error)) {
    stderr.write(`${error.message}\n`)
    return 2
  }
  if (error instanceof AwsProblem) {
    printWrapped(stderr, [error.message])
    return 1
  }
  const sentence = systemSentence(error)
  stderr.write(`${sentence ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`)
  return 1
}

/** A RegistryError that reaches this point comes from this machine's registry settings, before any request. */
function isInputError(error: unknown): error is Error {
  if (error instanceof StateLocked || error instanceof RegistryError) return true
  return error instanceof Error && error.name === ErrorName.InvalidInput
}
