/** How a command without a result ends: its exit status, its message for people, and its document for programs. */
import { StateLocked } from '../../local/state/state-lock.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { problemsOf } from '../../mirror/list/document/problems.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import { AwsProblem, answerProblem } from '../deployed/aws/problem.ts'
import { Interrupted } from '../terminal/interrupted.ts'
import type { ErrorDocument } from './error-document.ts'
import { mistakesOf } from './mistakes.ts'
import { NoResult } from './no-result.ts'
import { systemProblem } from './system-error.ts'
import { UsageError } from './usage-error.ts'

export interface Ending extends ErrorDocument {
  readonly status: number
  /** What standard error gets. */
  readonly text: string
}

/** Exit statuses of commands without a result, besides those of interrupted ones. */
const Status = {
  /** This machine or this program failed. */
  Failed: 1,
  /** The command line, a list or an input is invalid. */
  Invalid: 2,
  /** AWS or a registry does not give what the command needs. */
  NoResult: 4,
} as const

/** @param folderFlag - the flag of the command that names the folder for its files. @default - it has none */
export function endingOf(error: unknown, folderFlag?: string): Ending {
  if (!(error instanceof Error)) return ending(Status.Failed, 'Error', String(error))
  const { name, message } = error
  if (error instanceof UsageError) return ending(Status.Invalid, name, message, `${message}\nSee --help.`)
  if (error instanceof Interrupted) return ending(error.status, name, message)
  if (error instanceof StateLocked) return ending(Status.Invalid, name, message)
  if (isInvalidInput(error))
    return withMistakes(ending(Status.Invalid, ErrorName.InvalidInput, message), error)
  if (error instanceof NoResult) return ending(Status.NoResult, name, message, `${name}: ${message}`)
  const problem = error instanceof AwsProblem ? error : answerProblem(error)
  if (problem !== undefined) return ending(Status.NoResult, problem.name, problem.message)
  const system = systemProblem(error, folderFlag)
  if (system !== undefined) return ending(Status.Failed, system.code, system.sentence)
  // A bug, which only its stack explains.
  return ending(Status.Failed, name, message, error.stack ?? message)
}

function ending(status: number, name: string, message: string, text = message): Ending {
  return { status, error: { name, message }, text }
}

function withMistakes({ error, ...rest }: Ending, cause: Error): Ending {
  const problems = mistakesOf(problemsOf(cause) ?? [])
  return { ...rest, error: { ...error, ...(problems.length === 0 ? {} : { problems }) } }
}

/** A RegistryError that reaches this point comes from this machine's registry settings, before any request. */
function isInvalidInput(error: Error): boolean {
  return error instanceof RegistryError || error.name === ErrorName.InvalidInput
}
