/** Explains the `Error` and `Cause` that Step Functions caught. */
import * as z from 'zod'
import { parseJson } from '../../registry/model/json.ts'
import { StatesErrorName } from '../aws-error-name.ts'
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

/** Lambda's representation of a thrown error. */
const lambdaSchema = z.object({ errorType: z.string().optional(), errorMessage: z.string() })

/**
 * CodeBuild's description of a failed build. Both layouts occur: the build itself, and under `Build`.
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

/** Errors of Step Functions itself, whose cause is missing or unhelpful. */
const PLAIN: Readonly<Record<string, string>> = {
  [StatesErrorName.Timeout]: 'it exceeded its time limit',
  [StatesErrorName.DataLimitExceeded]: 'its input or result exceeded the size limit of Step Functions',
  [StatesErrorName.Permissions]: 'the state machine lacks the permission',
  [StatesErrorName.TaskFailed]: 'the build failed without a result; see its log',
}

/** Whether one of our functions threw it, which means that no build has run. */
export function isOfFunction({ Cause }: Caught): boolean {
  return lambdaSchema.safeParse(parseJson(Cause ?? '')).success
}

/** A cause comes from functions, builds and services, and may be 32 KB of anything. */
const MAX_NAME = 100
const MAX_MESSAGE = 4_000

export function explainCaught(caught: Caught, maxMessage = MAX_MESSAGE): PlainError {
  const { name, message, ...log } = explain(caught)
  return { name: shortened(name, MAX_NAME), message: shortened(message, maxMessage), ...log }
}

function explain({ Error: name, Cause }: Caught): PlainError {
  const cause = parseJson(Cause ?? '')
  const thrown = lambdaSchema.safeParse(cause).data
  if (thrown !== undefined) return { name: thrown.errorType ?? name, message: thrown.errorMessage }
  const build = buildOf(cause)
  if (build !== undefined) return { name, message: explainBuild(build), ...logOf(build) }
  const parts = [PLAIN[name], messageIn(Cause)].filter(Boolean)
  return { name, message: parts.join(': ') || 'no cause was given' }
}

/** Step Functions cuts a Cause at 32,768 characters. Extracts the message from a truncated document. */
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
