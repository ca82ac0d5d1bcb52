/** What the definitions of all commands share: how a command is made, and how values of flags are read. */
import { resolve } from 'node:path'
import { Command, type CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { typedIn } from './run/typed.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

/** What a command does, once its command line is understood. Returns the exit status. */
export type Job = (terminal: Terminal, signal: AbortSignal) => Promise<number>

/** Takes the job that the command line asks for. */
export type Choose = (job: Job) => void

/** A command whose invalid usage is a UsageError; commander would end the process. */
export function defineCommand(name: string): Command {
  const command = new Command(name)
  return command
    .exitOverride((error) => {
      throw isHelp(error) ? error : new UsageError(sentence(error, command))
    })
    .configureOutput({ outputError: () => {} })
}

/** Help and version were printed, which ends the program too. */
function isHelp({ exitCode, code }: CommanderError): boolean {
  return exitCode === 0 || code === 'commander.help'
}

function sentence({ code, message }: CommanderError, command: CommandUnknownOpts): string {
  const words = message.replace(/^error: /, '')
  if (code !== 'commander.missingArgument') return words
  return `${words}\nUsage: ${command.createHelp().commandUsage(command)}`
}

/**
 * Reads a file's or folder's path as it was typed, which may be in another folder than this process runs in.
 * @throws {UsageError} for a flag: its value was forgotten
 */
export function pathOf(flag: string): (text: string) => string {
  return (text) => {
    if (text.startsWith('-')) {
      throw new UsageError(`${flag} needs a path, and "${text}" is a flag; for such a file, write ./${text}`)
    }
    return typedIn() === process.cwd() ? text : resolve(typedIn(), text)
  }
}

/** @throws {UsageError} */
export function amountOf(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
    throw new UsageError(`${flag}: "${text}" is not a number from 0 up`)
  }
}
