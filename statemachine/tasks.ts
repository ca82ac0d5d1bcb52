/** Task types of the workflow, each with its retries and timeout. */
import type { Duration } from 'aws-cdk-lib'
import type { IProject } from 'aws-cdk-lib/aws-codebuild'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import {
  type CatchProps,
  type IChainable,
  IntegrationPattern,
  JsonPath,
  type RetryProps,
  TaskInput,
  Timeout,
} from 'aws-cdk-lib/aws-stepfunctions'
import {
  CodeBuildStartBuild,
  LambdaInvoke,
  type MessageAttribute,
  SnsPublish,
} from 'aws-cdk-lib/aws-stepfunctions-tasks'
import type { Construct } from 'constructs'
import { StatesErrorName } from '../mirror/aws-error-name.ts'
import { ALERT_NOT_SENT, LAMBDA_RETRIES, SYNC_RETRIES } from './retries.ts'
import { INVOKE_MARGIN, PUBLISH_TIMEOUT, SYNC_TIMEOUT } from './timeouts.ts'

export interface InvokeProps {
  readonly lambdaFunction: IFunction
  /** The timeout of the function itself. */
  readonly timeout: Duration
  /** @default - the whole state */
  readonly payload?: Readonly<Record<string, unknown>>
  /** @default - the function's output replaces the state */
  readonly resultPath?: string
  /** @default - the retriers of every Lambda task */
  readonly retries?: readonly RetryProps[]
}

/** Creates a Lambda task whose output is the handler's result. */
export function invoke(scope: Construct, name: string, props: InvokeProps): LambdaInvoke {
  const task = LambdaInvoke.jsonPath(scope, name, {
    lambdaFunction: props.lambdaFunction,
    payloadResponseOnly: true,
    retryOnServiceExceptions: false,
    taskTimeout: Timeout.duration(props.timeout.plus(INVOKE_MARGIN)),
    ...(props.payload && { payload: TaskInput.fromObject(props.payload) }),
    ...(props.resultPath && { resultPath: props.resultPath }),
  })
  return withRetries(task, props.retries ?? LAMBDA_RETRIES)
}

export interface BuildProps {
  readonly project: IProject
  /** Path of the S3 key of the work order. */
  readonly orderKeyPath: string
  /** Path of the number of earlier rounds. */
  readonly roundPath: string
}

/** Runs one build and waits for it. The state passes through unchanged: a build's outcome is in S3. */
export function build(scope: Construct, name: string, props: BuildProps): CodeBuildStartBuild {
  const task = CodeBuildStartBuild.jsonPath(scope, name, {
    project: props.project,
    integrationPattern: IntegrationPattern.RUN_JOB,
    environmentVariablesOverride: {
      ORDER_KEY: { value: JsonPath.stringAt(props.orderKeyPath) },
      ROUND: { value: JsonPath.format('{}', JsonPath.stringAt(props.roundPath)) },
    },
    resultPath: JsonPath.DISCARD,
    taskTimeout: Timeout.duration(SYNC_TIMEOUT),
  })
  return withRetries(task, SYNC_RETRIES)
}

export interface PublishProps {
  readonly topic: ITopic
  /** @default - none */
  readonly subject?: string
  readonly message: string
  /** For filters of subscribers. @default - none */
  readonly attributes?: Readonly<Record<string, MessageAttribute>>
}

/** Sends one message; the state passes through unchanged. */
export function publish(scope: Construct, name: string, props: PublishProps): SnsPublish {
  const task = SnsPublish.jsonPath(scope, name, {
    topic: props.topic,
    message: TaskInput.fromText(props.message),
    ...(props.subject && { subject: props.subject }),
    ...(props.attributes && { messageAttributes: props.attributes }),
    resultPath: JsonPath.DISCARD,
    taskTimeout: Timeout.duration(PUBLISH_TIMEOUT),
  })
  return withRetries(task, [ALERT_NOT_SENT])
}

/** Error patterns for every error that can be caught: `States.ALL` does not match `States.DataLimitExceeded`. */
const ANYTHING = [[StatesErrorName.DataLimitExceeded], [StatesErrorName.All]] as const

/** Routes every catchable error to a handler, which finds it at the path. */
export function catchAnything<T extends Catching>(state: T, handler: IChainable, resultPath = '$.caught'): T {
  for (const errors of ANYTHING) state.addCatch(handler, { errors: [...errors], resultPath })
  return state
}

/** Routes every catchable error to a handler, whose state it becomes. */
export function catchAll<T extends Catching>(state: T, handler: IChainable): T {
  for (const errors of ANYTHING) state.addCatch(handler, { errors: [...errors] })
  return state
}

interface Catching {
  addCatch(handler: IChainable, props?: CatchProps): unknown
}

interface Retrying {
  addRetry(props?: RetryProps): unknown
}

function withRetries<T extends Retrying>(task: T, retries: readonly RetryProps[]): T {
  for (const retry of retries) task.addRetry(retry)
  return task
}
