// Renders the definition as Step Functions receives it, with fake functions, topic and bucket.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { App, Stack } from 'aws-cdk-lib'
import { Project } from 'aws-cdk-lib/aws-codebuild'
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { type IChainable, StateGraph } from 'aws-cdk-lib/aws-stepfunctions'
import { RUN_TIMEOUT } from '../../statemachine/timeouts.ts'
import { type WorkflowProps, workflow } from '../../statemachine/workflow.ts'

export interface Retrier {
  readonly ErrorEquals: readonly string[]
  readonly IntervalSeconds?: number
  readonly BackoffRate?: number
  readonly MaxDelaySeconds?: number
  readonly MaxAttempts?: number
}

export interface State {
  readonly Type: string
  readonly Next?: string
  readonly Default?: string
  readonly Choices?: readonly { readonly Next: string }[]
  readonly Catch?: readonly {
    readonly ErrorEquals: readonly string[]
    readonly Next: string
    readonly ResultPath?: string
  }[]
  readonly Retry?: readonly Retrier[]
  readonly Error?: string
  readonly TimeoutSeconds?: number
  readonly ItemProcessor?: Graph
  readonly [key: string]: unknown
}

export interface Graph {
  readonly StartAt: string
  readonly States: Readonly<Record<string, State>>
}

export const PLACE = { account: '111122223333', region: 'us-east-1' } as const

const { context } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8')) as {
  context: Record<string, unknown>
}

export function testStack(): Stack {
  return new Stack(new App({ context }), 'Test', { env: PLACE })
}

export interface Options {
  /** Whether alerts also go to chats. @default false */
  readonly chat?: boolean
}

export function fakeParts(stack: Stack, { chat = false }: Options = {}): WorkflowProps {
  const fn = (name: string) =>
    LambdaFunction.fromFunctionArn(stack, name, `arn:aws:lambda:us-east-1:111122223333:function:${name}`)
  return {
    plan: fn('plan'),
    resolve: fn('resolve'),
    diff: fn('diff'),
    outcome: fn('outcome'),
    prune: fn('prune'),
    report: fn('report'),
    sync: Project.fromProjectName(stack, 'sync', 'sync'),
    bucket: Bucket.fromBucketName(stack, 'bucket', 'work-bucket') as IBucket,
    topic: Topic.fromTopicArn(stack, 'topic', 'arn:aws:sns:us-east-1:111122223333:failures'),
    ...(chat && {
      chatTopic: Topic.fromTopicArn(stack, 'chats', 'arn:aws:sns:us-east-1:111122223333:chats'),
    }),
    maxConcurrentImages: 10,
    maxConcurrentRegions: 5,
    // For the retriers that exist only with a VPC.
    sourcesInVpc: true,
    targetsInVpc: true,
  }
}

export function definition(options: Options = {}): Graph & { readonly TimeoutSeconds?: number } {
  const stack = testStack()
  return {
    ...render(stack, workflow(stack, fakeParts(stack, options))),
    TimeoutSeconds: RUN_TIMEOUT.toSeconds(),
  }
}

function render(stack: Stack, chain: IChainable): Graph {
  const graph: unknown = stack.resolve(new StateGraph(chain.startState, 'the workflow').toGraphJson())
  return JSON.parse(JSON.stringify(graph, (_, value: unknown) => joined(value))) as Graph
}

/** Renders `Fn::Join` of texts and `Ref`s as text. */
function joined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('Fn::Join' in value)) return value
  const [separator, parts] = value['Fn::Join'] as [string, (string | { Ref: string })[]]
  return parts
    .map((part) => (typeof part === 'string' ? part : part.Ref.replace('AWS::Partition', 'aws')))
    .join(separator)
}

/** All states, including those inside Maps. */
export function allStates(graph: Graph): (readonly [string, State])[] {
  return Object.entries(graph.States).flatMap((entry) => {
    const inner = entry[1].ItemProcessor
    return inner ? [entry, ...allStates(inner)] : [entry]
  })
}

export function stateOf(graph: Graph, name: string): State {
  const found = allStates(graph).find(([one]) => one === name)
  if (!found) throw new Error(`there is no state "${name}"`)
  return found[1]
}

export function processorOf(graph: Graph, name: string): Graph {
  const { ItemProcessor } = stateOf(graph, name)
  if (!ItemProcessor) throw new Error(`"${name}" is not a Map`)
  return ItemProcessor
}
