/** The `Error` and `Cause` that Step Functions caught, in plain words. */
import * as z from 'zod'
import { shortened } from '../failure.ts'

export interface Caught {
  readonly Error: string
  readonly Cause?: string | undefined
}

export interface PlainError {
  readonly name: string
  readonly message: string
  /** Link to the log of the build that failed. */
  readonly log?: string | undefined
}

/** What Lambda makes of an error that a function throws. */
const lambdaSchema = z.object({ errorType: z.string().optional(), errorMessage: z.string() })

/**
 * What CodeBuild says of a build that failed. Both layouts have been seen: the build itself, and under `Build`.
 * https://docs.aws.amazon.com/codebuild/latest/APIReference/API_Build.html
 */
const contextSchema = z.object({ StatusCode: z.string().optional(), Message: z.string().optional() })
const phaseSchema = z.object({
  PhaseType: z.string().optional(),
  PhaseStatus: z.string().optional(),
  Contexts: z.array(contextSchema).nullish(),
})
const buildSchema = z.object({
  BuildStatus: z.string(),
  Logs: z.object({ DeepLink: z.string().optional() }).nullish(),
  Phases: z.array(phaseSchema).nullish(),
})
type Build = z.infer<typeof buildSchema>

/** Errors of Step Functions itself, which come with a cause that helps nobody, or with none. */
const PLAIN: Readonly<Record<string, string>> = {
  'States.Timeout': 'it took longer than it may',
  'States.DataLimitExceeded': 'its result was larger than Step Functions takes',
  'States.Permissions': 'the state machine may not do this',
  'States.TaskFailed': 'the build broke, and left no result; its log says why',
}

/** Whether it came from a function of ours, and so from before any build. */
export function isOfFunction({ Cause }: Caught): boolean {
  return lambdaSchema.safeParse(parseJson(Cause)).success
}

/** A cause is what functions, builds and services said, which may be anything of 32 KB. */
const MAX_NAME = 100
const MAX_MESSAGE = 4_000

export function explainCaught(caught: Caught): PlainError {
  const { name, message, ...log } = explain(caught)
  return { name: shortened(name, MAX_NAME), message: shortened(message, MAX_MESSAGE), ...log }
}

function explain({ Error: name, Cause }: Caught): PlainError {
  const cause = parseJson(Cause)
  const thrown = lambdaSchema.safeParse(cause).data
  if (thrown !== undefined) return { name: thrown.errorType ?? name, message: thrown.errorMessage }
  const build = buildOf(cause)
  if (build !== undefined) return { name, message: explainBuild(build), ...logOf(build) }
  const told = [PLAIN[name], messageIn(Cause)].filter(Boolean)
  return { name, message: told.join(': ') || 'no cause was given' }
}

/** Step Functions cuts a Cause at 32,768 characters: of half a document the message counts, and nothing else. */
function messageIn(cause: string | undefined): string | undefined {
  if (cause === undefined || !cause.startsWith('{') || parseJson(cause) !== undefined) return cause
  const [, message] = /"errorMessage"\s{0,8}:\s{0,8}"((?:[^"\\]|\\.){0,4000})/.exec(cause) ?? []
  return message
}

function explainBuild({ BuildStatus, Phases }: Build): string {
  const broken = Phases?.find(({ PhaseStatus }) => PhaseStatus !== undefined && PhaseStatus !== 'SUCCEEDED')
  const said = (broken?.Contexts ?? [])
    .map(({ StatusCode, Message }) => [StatusCode, Message].filter(Boolean).join(': '))
    .filter((text) => text !== '')
  const where = broken?.PhaseType === undefined ? '' : ` in its phase ${broken.PhaseType}`
  return [`the build ended ${BuildStatus}${where}`, ...said].join(': ')
}

function logOf({ Logs }: Build): Pick<PlainError, 'log'> {
  return Logs?.DeepLink === undefined ? {} : { log: Logs.DeepLink }
}

function buildOf(cause: unknown): Build | undefined {
  const nested = z.object({ Build: buildSchema }).safeParse(cause).data
  return nested?.Build ?? buildSchema.safeParse(cause).data
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
