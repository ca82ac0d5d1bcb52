/** Runs a command, aborts it on signals, and ends it with an exit status, whatever happens. */
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import manifest from '../../package.json' with { type: 'json' }
import { refuseNpmFlags } from '../run/npm-flags.ts'
import { INTERRUPTED, Interrupted, orInterrupted } from '../terminal/interrupted.ts'
import { hasDocument, printJson, printProse } from '../terminal/print.ts'
import { type Choose, defineCommand, type Job } from './define.ts'
import { endingOf } from './ending.ts'
import type { ErrorDocument } from './error-document.ts'

const DESCRIPTION = 'Mirrors container images to Amazon ECR in every region, with the same digest.'

const ARGS: readonly string[] = process.argv.slice(2)

/** Defines the commands, which pass their job to `choose`. */
export type Define = (choose: Choose) => readonly CommandUnknownOpts[]

/** Runs the command that the arguments of this process name. */
export async function runProgram(define: Define): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe)
  try {
    const job = jobOf(ARGS, define)
    // An empty event loop must not exit with status 0.
    process.exitCode = 1
    process.exitCode = await perform(job)
    requireWritten(process)
  } catch (error) {
    process.exitCode = fail(error)
    // A request that AWS does not answer may still be open.
    if (error instanceof Interrupted) exitNow()
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
  program.parse(withKnownHelp(args, program), { from: 'user' })
  if (job === undefined) throw new Error(`the command ${args[0]} does nothing`)
  return job
}

/** For `help NAME`, commander prints the help of the program if it does not know the name. */
function withKnownHelp(args: readonly string[], { commands }: CommandUnknownOpts): readonly string[] {
  const [help, name] = args
  const isKnown = name === undefined || commands.some((command) => command.name() === name)
  return help === 'help' && !isKnown ? args.slice(1) : args
}

async function perform(job: Job): Promise<number> {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // The second signal exits without waiting for the command.
      if (stop.signal.aborted) process.exit(fail(new Interrupted(INTERRUPTED[signal])))
      stop.abort(signal)
    })
  }
  return finish(orInterrupted(job(process, stop.signal), stop.signal), stop)
}

/** How long a command may take to clean up after an uncaught exception. */
const TIDY_MS = 10_000

/**
 * Waits for the command. An uncaught exception, such as a write error of a log file on a full disk, aborts the command
 * first, so that its child processes end too.
 */
async function finish(running: Promise<number>, stop: AbortController): Promise<number> {
  let failure: { readonly error: unknown } | undefined
  process.on('uncaughtException', (error) => {
    if (failure !== undefined) return
    failure = { error }
    stop.abort(error)
    setTimeout(() => process.exit(fail(error)), TIDY_MS).unref()
  })
  const status = await running.catch((error: unknown) => {
    throw failure === undefined ? error : failure.error
  })
  if (failure !== undefined) throw failure.error
  return status
}

/** Prints why the command has no result, for people and, with `--json`, for programs. Returns the exit status. */
function fail(error: unknown): number {
  const { stdout, stderr } = process
  // Commander has printed the help or the version.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { status, text, error: told } = endingOf(error, ARGS[0] === 'run' ? '--state' : undefined)
  printProse(stderr, text)
  // An error may follow the result, for example if the disk of the output is full.
  if (wantsJson(ARGS) && !hasDocument(stdout)) printJson(stdout, { error: told } satisfies ErrorDocument)
  return status
}

/** The command line may be invalid, so its arguments are not parsed. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? undefined : end).includes('--json')
}
