/** Shared helpers for command definitions: creating a command and parsing flag values. */
import { resolve } from 'node:path'
import { Command, type CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { quote } from '../../registry/model/label.ts'
import { type ImageRef, InvalidReference, parseReference } from '../../registry/model/reference.ts'
import { isPlace } from '../elsewhere/is-place.ts'
import { typedIn } from '../run/typed.ts'
import { type Terminal, widthOf } from '../terminal/terminal.ts'
import { wrap } from '../terminal/words.ts'
import { UsageError } from './usage-error.ts'

/** The work of a command after its command line is parsed. Returns the exit status. */
export type Job = (terminal: Terminal, signal: AbortSignal) => Promise<number>

/** Receives the job that the command line selects. */
export type Choose = (job: Job) => void

/** Creates a command that throws UsageError for invalid usage, because commander would end the process. */
export function defineCommand(name: string): Command {
  const command = new Command(name)
  return command
    .exitOverride((error) => {
      throw isHelp(error) ? error : new UsageError(sentence(error, command))
    })
    .hook('preAction', refuseEmpty)
    .configureOutput({ outputError: () => {}, getOutHelpWidth: helpWidth })
    .configureHelp({ subcommandTerm: termOf })
}

/** Empty values come from shell variables that are not set. */
function refuseEmpty(_: CommandUnknownOpts, command: CommandUnknownOpts): void {
  const { options, args, registeredArguments } = command
  const flag = options.find((one) => [command.getOptionValue(one.attributeName())].flat().includes(''))
  if (flag !== undefined)
    throw new UsageError(`the value of ${flag.long ?? flag.name()} is empty; give one, or leave the flag out`)
  const at = args.indexOf('')
  if (at < 0) return
  const name = (registeredArguments[at] ?? registeredArguments.at(-1))?.name()
  throw new UsageError(`the value of <${name}> is empty; give one`)
}

/** A command without its flags, which leaves room for its description. */
function termOf(command: CommandUnknownOpts): string {
  return `${command.name()} ${command.usage()}`.replace(' [options]', '')
}

/** @param text - prose, which is wrapped, and indented lines, such as examples, which stay as they are */
export function moreHelp(text: string): () => string {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const last = lines.at(-1) ?? ''
    const goesOn = [last, line].every((one) => one !== '' && !one.startsWith(' '))
    if (goesOn) lines[lines.length - 1] = `${last} ${line}`
    else lines.push(line)
  }
  return () => lines.flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, helpWidth()))).join('\n')
}

/** Help fits a terminal, and 80 columns elsewhere. */
function helpWidth(): number {
  return Math.min(widthOf(process.stdout), process.stdout.isTTY ? Number.POSITIVE_INFINITY : 79)
}

/** Returns true if commander printed the help or the version, which it also signals by an error. */
function isHelp({ exitCode, code }: CommanderError): boolean {
  return exitCode === 0 || code === 'commander.help'
}

function sentence({ code, message }: CommanderError, command: CommandUnknownOpts): string {
  const usage = `Usage: ${command.createHelp().commandUsage(command)}`
  if (code === 'commander.excessArguments') {
    const extra = command.args.slice(command.registeredArguments.length)
    return `unexpected argument ${extra.map((one) => `"${quote(one)}"`).join(', ')}\n${usage}`
  }
  const words = message.replace(/^error: /, '')
  return code === 'commander.missingArgument' ? `${words}\n${usage}` : words
}

/**
 * Parses a path relative to the folder where the user typed it, which may not be the process's working directory.
 * @throws {UsageError} if the value is another flag
 */
export function pathOf(flag: string): (text: string) => string {
  return (text) => {
    if (text.startsWith('-')) {
      throw new UsageError(`${flag} needs a path, and "${text}" is a flag; for such a file, write ./${text}`)
    }
    return typedIn() === process.cwd() ? text : resolve(typedIn(), text)
  }
}

/** Parses the name of a document: a path, `-` for standard input, or a place in AWS. */
export function inputOf(flag: string): (text: string) => string {
  return (text) => (text === '-' || isPlace(text) ? text : pathOf(flag)(text))
}

/** @throws {UsageError} */
export function amountOf(flag: string): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value
    throw new UsageError(`${flag}: "${text}" is not a number of 0 or more`)
  }
}

/** @throws {UsageError} if the text is not an image reference */
export function imageOf(text: string): ImageRef {
  try {
    // skopeo requires this prefix, so users paste it.
    return parseReference(text.replace(/^docker:\/\//, ''))
  } catch (error) {
    if (error instanceof InvalidReference) throw new UsageError(error.message)
    throw error
  }
}
