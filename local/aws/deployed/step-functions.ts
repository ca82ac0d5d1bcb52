/** Step Functions API over the executions of this process, for runs that query other executions, and for operators. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Json } from '../../json.ts'
import { MAX_PAYLOAD_BYTES } from '../../stepfunctions/payload.ts'
import { AwsError, type Service } from '../aws-json.ts'

export interface ExecutionState {
  readonly status: string
  readonly startDate: Date
  readonly stopDate?: Date
  readonly input?: Json
  /** Set if it succeeded. */
  readonly output?: Json | undefined
  /** Set if it failed. */
  readonly error?: string | undefined
  readonly cause?: string | undefined
  /** The Map Run of a child execution, and the execution that it belongs to. */
  readonly mapRun?: { readonly arn: string; readonly parent: string }
}

/** By ARN. */
export type ExecutionStates = ReadonlyMap<string, ExecutionState>

/** Starts an execution. Returns false if the state machine does not exist. */
export type StartExecution = (stateMachineArn: string, name: string, input: Json) => boolean

const MAX_PAGE = 1000

const INVALID_ARN = 'Invalid Arn'
const arn = z.string().regex(/^arn:aws[\w-]*:states:[\w-]+:\d{12}:\w+:\S+$/, INVALID_ARN)

const schemas = {
  describe: z.object({ executionArn: arn }),
  start: z.object({
    stateMachineArn: arn,
    name: z.string().optional(),
    input: z
      .string()
      .refine(
        (text) => Buffer.byteLength(text) <= MAX_PAYLOAD_BYTES,
        `has more than ${MAX_PAYLOAD_BYTES} bytes`,
      )
      .default('{}'),
  }),
  list: z.object({
    stateMachineArn: arn.optional(),
    mapRunArn: arn.optional(),
    statusFilter: z.string().optional(),
    maxResults: z.int().min(0).max(MAX_PAGE).default(100),
    nextToken: z.string().optional(),
  }),
  mapRuns: z.object({ executionArn: arn }),
  machine: z.object({ stateMachineArn: arn }),
}

/** @param describe - returns undefined if the state machine does not exist */
export function stepFunctions(
  executions: ExecutionStates,
  start: StartExecution = () => false,
  describe: (stateMachineArn: string) => object | undefined = () => undefined,
): Service {
  function startExecution(value: unknown): object {
    const { stateMachineArn, name = randomUUID(), input } = parse(schemas.start, value)
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]{1,80}$/u.test(name))
      throw new AwsError('InvalidName', `Invalid Name: '${name}'`)
    const executionArn = stateMachineArn.replace(':stateMachine:', ':execution:').concat(`:${name}`)
    const earlier = executions.get(executionArn)
    const parsed = jsonOf(input)
    if (earlier !== undefined) {
      const isSame = earlier.status === 'RUNNING' && JSON.stringify(earlier.input) === JSON.stringify(parsed)
      if (!isSame) throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`)
      return { executionArn, startDate: seconds(earlier.startDate) }
    }
    if (!start(stateMachineArn, name, parsed)) throw noMachine(stateMachineArn)
    return { executionArn, startDate: Date.now() / 1000 }
  }

  function describeStateMachine(value: unknown): object {
    const { stateMachineArn } = parse(schemas.machine, value)
    const found = describe(stateMachineArn)
    if (found !== undefined) return found
    throw noMachine(stateMachineArn)
  }

  function find(executionArn: string): ExecutionState {
    const found = executions.get(executionArn)
    if (found !== undefined) return found
    throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`)
  }

  function describeExecution(value: unknown): object {
    const { executionArn } = parse(schemas.describe, value)
    const { input, output, error, cause, ...found } = find(executionArn)
    return {
      ...summaryOf(executionArn, found),
      ...(input === undefined ? {} : { input: JSON.stringify(input) }),
      ...(output === undefined ? {} : { output: JSON.stringify(output) }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    }
  }

  function listExecutions(value: unknown): object {
    const {
      stateMachineArn,
      mapRunArn,
      statusFilter,
      maxResults,
      nextToken = '0',
    } = parse(schemas.list, value)
    if ((stateMachineArn === undefined) === (mapRunArn === undefined))
      throw new AwsError('ValidationException', 'Specify either a stateMachineArn or a mapRunArn')
    const found = [...executions]
      .filter(([arn, { mapRun, status }]) => {
        if (statusFilter !== undefined && statusFilter !== status) return false
        return mapRunArn === undefined
          ? mapRun === undefined && machineOf(arn) === stateMachineArn
          : mapRun?.arn === mapRunArn
      })
      .sort(([, a], [, b]) => b.startDate.getTime() - a.startDate.getTime())
    const from = Number(nextToken)
    const to = from + (maxResults || 100)
    return {
      executions: found.slice(from, to).map(([arn, state]) => summaryOf(arn, state)),
      ...(to < found.length ? { nextToken: String(to) } : {}),
    }
  }

  function listMapRuns(value: unknown): object {
    const { executionArn } = parse(schemas.mapRuns, value)
    find(executionArn)
    const arns = [...executions.values()].flatMap(({ mapRun }) =>
      mapRun?.parent === executionArn ? [mapRun.arn] : [],
    )
    const mapRuns = [...new Set(arns)].map((mapRunArn) => ({
      executionArn,
      mapRunArn,
      stateMachineArn: machineOf(executionArn),
      startDate: Date.now() / 1000,
    }))
    return { mapRuns }
  }

  const actions: Readonly<Record<string, (value: unknown) => object>> = {
    StartExecution: startExecution,
    DescribeExecution: describeExecution,
    DescribeStateMachine: describeStateMachine,
    ListExecutions: listExecutions,
    ListMapRuns: listMapRuns,
  }

  return {
    name: 'states',
    target: 'AWSStepFunctions',
    resourceOf(input) {
      const given = z.record(z.string(), z.unknown()).safeParse(input).data ?? {}
      return String(given.executionArn ?? given.stateMachineArn ?? given.mapRunArn ?? '*')
    },
    async answer(action, input) {
      const perform = actions[action]
      if (perform !== undefined) return perform(input)
      throw new AwsError('UnknownOperationException', `${action} is not part of the embedded Step Functions`)
    },
  }
}

function noMachine(stateMachineArn: string): AwsError {
  return new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`)
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value)
  if (success) return data
  const isArn = error.issues.some(({ message }) => message === INVALID_ARN)
  throw new AwsError(isArn ? 'InvalidArn' : 'ValidationException', z.prettifyError(error))
}

function jsonOf(input: string): Json {
  try {
    return JSON.parse(input) as Json
  } catch {
    throw new AwsError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${input.slice(0, 80)}'`,
    )
  }
}

function machineOf(executionArn: string): string {
  const [, partition, , region, account, , machine] = executionArn.split(':')
  return `arn:${partition}:states:${region}:${account}:stateMachine:${machine}`
}

function summaryOf(executionArn: string, { status, startDate, stopDate, mapRun }: ExecutionState): object {
  return {
    executionArn,
    stateMachineArn: machineOf(executionArn),
    name: executionArn.split(':').at(-1),
    status,
    startDate: seconds(startDate),
    ...(stopDate === undefined ? {} : { stopDate: seconds(stopDate) }),
    ...(mapRun === undefined ? {} : { mapRunArn: mapRun.arn }),
  }
}

function seconds(date: Date): number {
  return date.getTime() / 1000
}
