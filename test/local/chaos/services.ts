// Faults of AWS: error responses, functions that crash, and builds that fail. Records the last result of each task,
// to check the report against.
import { type Call, type Fault, type OnRequest, throttled } from '../../../local/aws/call.ts'
import type { Stack } from '../../../local/deploy.ts'
import type { Json } from '../../../local/json.ts'
import type { Invoker } from '../../../local/lambda/lambda.ts'
import { StatesError } from '../../../local/states-error.ts'
import { CodeBuildErrorName, LambdaErrorName } from '../../../mirror/aws-error-name.ts'
import { pairStateSchema, resolveInputSchema, roundStateSchema } from '../../../mirror/contract.ts'
import { orderKeyIn } from '../../statemachine/build-input.ts'
import { broken } from '../failures/answers.ts'
import { choose, type Dice } from './dice.ts'

/** The result of each task's last try: an outcome or an error name. */
export interface Ledger {
  /** By image id. */
  readonly resolved: Map<string, string>
  /** By image id and region. */
  readonly diffed: Map<string, string>
  readonly synced: Map<string, string>
}

/** An endpoint's error response, before the operation has any effect. */
export function unreliable(dice: Dice): OnRequest {
  return (call) => {
    if (call.service === 'sqs') return undefined
    const boundary = call.by === 'registry' ? 'ECR registry' : (NAMES[call.service] ?? call.service)
    const choice = dice.unlucky(boundary, `${call.action} ${call.region} ${call.resource}`)
    return choice === undefined ? undefined : choose(faultsOf(call), choice)
  }
}

const NAMES: Readonly<Record<string, string>> = { s3: 'S3', sns: 'SNS', ecr: 'ECR API' }
const XML = { 'content-type': 'application/xml' }

function faultsOf(call: Call): readonly [Fault, ...Fault[]] {
  if (call.by === 'registry') return [throttled(call), { status: 500 }, { status: 503 }, 'reset']
  if (call.service === 's3') return [s3Error(500, 'InternalError'), s3Error(503, 'SlowDown'), 'reset']
  if (call.service === 'sns') return [{ status: 500, headers: XML, body: '<ErrorResponse/>' }, 'reset']
  return [
    throttled(call),
    { status: 500, headers: { 'content-type': 'application/x-amz-json-1.1' } },
    'reset',
  ]
}

function s3Error(status: number, code: string): Fault {
  return { status, headers: XML, body: `<Error><Code>${code}</Code><Message>once more</Message></Error>` }
}

/** The stack, with functions that crash and builds that fail. */
export function fragile(stack: Stack, dice: Dice): { stack: Stack; ledger: Ledger } {
  const ledger: Ledger = { resolved: new Map(), diffed: new Map(), synced: new Map() }
  const functions = [...stack.functions].map(([arn, fn]): [string, Invoker] => [
    arn,
    {
      ...fn,
      invoke: (payload, signal) => noted(payload, ledger, () => crashing(arn, fn, dice, payload, signal)),
    },
  ])
  const startBuildSync: Stack['codebuild']['startBuildSync'] = (input, signal) =>
    breaking(stack, dice, input, signal)
  return {
    stack: { ...stack, functions: new Map(functions), codebuild: { ...stack.codebuild, startBuildSync } },
    ledger,
  }
}

async function crashing(arn: string, fn: Invoker, dice: Dice, payload: Json, signal?: AbortSignal) {
  const { image, target } = payload as { image?: { id: string }; target?: { region: string } }
  const choice = dice.unlucky('Lambda', `${arn} ${image?.id} ${target?.region}`)
  if (choice === undefined) return fn.invoke(payload, signal)
  const error = choose(
    [
      LambdaErrorName.ServiceException,
      LambdaErrorName.TooManyRequestsException,
      LambdaErrorName.ExitError,
      LambdaErrorName.TimedOut,
      LambdaErrorName.Unknown,
    ],
    choice,
  )
  // Functions that crash here have already done their work.
  if (!error.startsWith('Lambda.S') && !error.startsWith('Lambda.T'))
    await fn.invoke(payload, signal).catch(() => {})
  throw new StatesError(error, 'drawn by lot')
}

async function breaking({ codebuild }: Stack, dice: Dice, input: Json, signal: AbortSignal): Promise<Json> {
  const choice = dice.unlucky('build', orderKeyIn(input) ?? '')
  if (choice === undefined) return codebuild.startBuildSync(input, signal)
  const kind = choose(['queue full', 'throttled', 'FAULT', 'FAILED', 'TIMED_OUT', 'STOPPED'], choice)
  if (kind === 'queue full')
    throw new StatesError(
      CodeBuildErrorName.AccountLimitExceededException,
      'Cannot have more than 5 builds in queue',
    )
  if (kind === 'throttled') throw new StatesError(CodeBuildErrorName.CodeBuildException, 'Rate exceeded')
  // Some builds fail after they have done everything.
  if (kind !== 'FAULT') await codebuild.startBuildSync(input, signal).catch(() => {})
  throw broken(kind)
}

async function noted(payload: Json, ledger: Ledger, work: () => Promise<Json>): Promise<Json> {
  const { resolved, diffed, synced } = ledger
  const round = roundStateSchema.safeParse(payload).data
  const pair = pairStateSchema.safeParse(payload).data
  const image = resolveInputSchema.safeParse(payload).data
  const note = (end: string) => {
    if (round) synced.set(`${round.image.id} ${round.target.id}`, end)
    else if (pair) diffed.set(`${pair.image.id} ${pair.target.id}`, end)
    else if (image) resolved.set(image.image.id, end)
  }
  return noting(work, note, (result) => (result as { status?: string }).status ?? 'done')
}

async function noting(
  work: () => Promise<Json>,
  note: (end: string) => void,
  endOf: (result: Json) => string,
) {
  try {
    const result = await work()
    note(endOf(result))
    return result
  } catch (error) {
    note(`error ${error instanceof Error ? error.name : error}`)
    throw error
  }
}
