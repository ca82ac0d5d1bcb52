// The synthesized workflow with services that fail on demand. The definition, its rules, Plan, Report, S3 and the
// topic are real; the states between Plan and Report are simulated here, in the engine's virtual time.
import { S3Client } from '@aws-sdk/client-s3'
import { ImageMirror } from '../../../infra/image-mirror.ts'
import { createAwsHandler } from '../../../local/aws/aws-json.ts'
import { type ExecutionState, stepFunctions } from '../../../local/aws/deployed/step-functions.ts'
import { startServer } from '../../../local/aws/registry/server.ts'
import { CLOCKS } from '../../../local/clock.ts'
import { openTemplate, type Template } from '../../../local/cloudformation/template.ts'
import { startEmulator } from '../../../local/emulator.ts'
import { deliveries, statusChange } from '../../../local/eventbridge/events.ts'
import type { Json, JsonObject } from '../../../local/json.ts'
import { createBuckets, s3Documents } from '../../../local/s3-documents.ts'
import { type Call, createMachine } from '../../../local/stepfunctions/engine.ts'
import { type Ended, identify } from '../../../local/stepfunctions/execution.ts'
import { type Pass, startTime } from '../../../local/stepfunctions/time.ts'
import { pairStateSchema, roundStateSchema } from '../../../mirror/contract.ts'
import { type Report, reportSchema, syncResultSchema } from '../../../mirror/documents.ts'
import { onlySchema } from '../../../mirror/execution-input.ts'
import {
  LIST_STATUS_KEY,
  orderKey,
  reportKey,
  rerunKey,
  resultKeyOf,
  STATUS_KEY,
} from '../../../mirror/keys.ts'
import type { Only } from '../../../mirror/plan/narrow.ts'
import { outcomeOfRound } from '../../../mirror/report/round.ts'
import { type Status, statusSchema } from '../../../mirror/status/schema.ts'
import { StateName } from '../../../statemachine/state-names.ts'
import { LISTED_VPC, listOf, only, resourcesOf, testStack } from '../../infra/templates.ts'
import { invoke } from '../../lambdas/invoke.ts'
import { orderKeyIn, roundIn } from '../../statemachine/build-input.ts'
import { built, thrownBy } from './answers.ts'

const PLACE = { account: '123456789012', region: 'us-east-1', partition: 'aws', stack: 'Test' }

export interface Attempt {
  readonly state: string
  /** Undefined for the whole run. */
  readonly image?: string
  readonly region?: string
  /** For a build, the key of its work order. */
  readonly order?: string
  /** Number of the call for this state and subject, from 1. */
  readonly number: number
  /** Seconds since the start of the run. */
  readonly at: number
}

/** Returns a response in place of the service, throws its error, or returns undefined to let the service respond. */
export type Fault = (attempt: Attempt, run: RunOf) => Json | undefined | Promise<Json | undefined>

export interface RunOf {
  /** Advances the time. */
  readonly pass: Pass
  /** Stores a document in the work bucket. */
  put(key: string, document: unknown): Promise<void>
}

export interface Told {
  readonly ended: Ended
  /** All messages to the topic. */
  readonly messages: readonly string[]
  readonly attempts: readonly Attempt[]
  /** The entered states, each with its subject. */
  readonly entered: readonly { readonly state: string; readonly image?: string; readonly region?: string }[]
  readonly report?: Report
  /** `status.json` after the run. */
  readonly status?: Status
  /** The pairs of the rerun command. */
  readonly rerun?: Only
  /** Duration of the run in seconds of virtual time. */
  readonly seconds: number
}

export interface Options {
  readonly input?: Json
  readonly signal?: AbortSignal
  /** Overrides the definition. */
  readonly timeoutSeconds?: number
}

export interface World {
  readonly template: Template
  readonly definition: string
  run(faults: Fault, options?: Options): Promise<Told>
  stop(): Promise<void>
}

/**
 * A mirror of this list, without faults.
 * @param remembers - whether the state of the mirror passes from run to run; else each run is the first
 */
export async function startWorld(list: JsonObject, { remembers = false } = {}): Promise<World> {
  const stack = testStack()
  // A VPC adds its faults to all others.
  // Every failed run alerts.
  const complete = listOf({ vpc: LISTED_VPC, alerts: { repeat: 'always' }, ...list })
  new ImageMirror(stack, 'Mirror', { list: complete })
  const resources = resourcesOf(stack)
  const template = openTemplate({ Resources: resources as unknown as JsonObject }, PLACE)
  const machineId = Object.keys(resources).find(
    (id) => resources[id] === only(resources, 'AWS::StepFunctions::StateMachine'),
  )
  const arn = String(template.resolve({ Ref: machineId ?? '' }))
  const bucket = template.resources('AWS::S3::Bucket')[0]?.name ?? ''
  const definition = String(
    template.resources('AWS::StepFunctions::StateMachine')[0]?.properties.DefinitionString,
  )
  // Unlike bare fauxqs, it checks the preconditions of writes, which concurrent runs rely on.
  const s3 = await startEmulator(PLACE)
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: s3.endpoint,
    AWS_REGION: PLACE.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    POWERTOOLS_DEV: 'true',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    WORK_BUCKET: bucket,
    MIRROR_NAME: 'Test',
    LIST_URL: `s3://${bucket}/list.json`,
  })
  const executions = new Map<string, ExecutionState>()
  const log = { calls: [], record: () => {}, close: async () => {} }
  const sfn = await startServer(
    createAwsHandler({
      services: [stepFunctions(executions)],
      regions: [PLACE.region],
      log,
      onRequest: undefined,
    }),
  )
  process.env.AWS_ENDPOINT_URL_SFN = `http://${sfn.address}`
  const client = new S3Client()
  await createBuckets(client, [bucket])
  const documents = s3Documents(client)
  await documents.put(bucket, 'list.json', JSON.stringify(complete))
  const handlers = {
    [StateName.Plan]: (await import('../../../lambdas/plan.ts')).handler,
    [StateName.Report]: (await import('../../../lambdas/report.ts')).handler,
    [StateName.ReportRefusal]: (await import('../../../lambdas/report.ts')).handler,
  }
  let runs = 0

  return {
    template,
    definition,
    async run(faults, { input = {}, signal, timeoutSeconds } = {}) {
      const name = `run-${++runs}`
      if (!remembers) for (const key of [STATUS_KEY, LIST_STATUS_KEY]) await documents.put(bucket, key, '{}')
      const time = startTime(CLOCKS.instant)
      const began = time.now()
      const messages: string[] = []
      const attempts: Attempt[] = []
      const entered: Told['entered'][number][] = []
      const orders = new Map<string, Subject>()
      // Builds store their results here, because reading S3 would take real time, and so time of the run.
      const results = new Map<string, unknown>()
      const put = async (key: string, document: unknown) => void results.set(key, document)
      const services = async (call: Call): Promise<Json> => {
        const attempt = attemptOf(call, attempts, orders, (time.now() - began) / 1000)
        attempts.push(attempt)
        const answer = await faults(attempt, { pass: call.pass, put })
        if (call.state === StateName.Sync) return build(call, answer ?? built({ status: 'synced' }), put)
        if (answer !== undefined) return answer
        const handler = handlers[call.state as keyof typeof handlers]
        if (handler) return (await called(() => invoke(handler as never, call.input))) as Json
        if (call.resource.endsWith(':sns:publish')) messages.push(String((call.input as JsonObject).Message))
        if (call.state === StateName.ReadOutcome) return readOutcome(call, results)
        if (call.state === StateName.Resolve) return { bucket, key: 'resolved.json', count: 1 }
        if (call.state === StateName.Diff)
          return { status: 'stale', order: { bucket, key: ordered(call, orders), count: 1 } }
        return null
      }
      const machine = createMachine({
        arn,
        definition: timeoutSeconds === undefined ? definition : withTimeout(definition, timeoutSeconds),
        services,
        documents: {
          async get(from, key) {
            await faults({ state: 'read the items', number: 1, at: 0 }, { pass: never, put })
            return documents.get(from, key)
          },
          async put(to, key, body) {
            await faults({ state: 'write the results', number: 1, at: 0 }, { pass: never, put })
            await documents.put(to, key, body)
          },
        },
        time,
        onEvent: (event) => {
          if (event.type === 'StateEntered')
            entered.push({ state: event.state.name, ...subjectOf(event.state.input) })
        },
      })
      const execution = identify(arn, name)
      executions.set(execution.arn, { status: 'RUNNING', startDate: new Date(), input })
      const ended = await machine.execute(input, { name, ...(signal ? { signal } : {}) })
      executions.set(execution.arn, { ...ended, input })
      const event = statusChange(template, execution, input, ended)
      messages.push(...deliveries(template, event).map((delivery) => delivery.input))
      const text = await documents.get(bucket, reportKey(name)).catch(() => undefined)
      const rerun = await documents.get(bucket, rerunKey(name)).catch(() => undefined)
      const status = await documents.get(bucket, STATUS_KEY).catch(() => undefined)
      const seconds = (time.now() - began) / 1000
      return {
        ended,
        messages,
        attempts,
        entered,
        seconds,
        ...(text === undefined ? {} : { report: reportSchema.parse(JSON.parse(text)) }),
        ...(status === undefined || !remembers ? {} : { status: statusSchema.parse(JSON.parse(status)) }),
        ...(rerun === undefined ? {} : { rerun: onlySchema.parse(JSON.parse(rerun)) }),
      }
    },
    async stop() {
      client.destroy()
      await sfn.close()
      await s3.close()
    },
  }
}

function withTimeout(definition: string, TimeoutSeconds: number): string {
  return JSON.stringify({ ...JSON.parse(definition), TimeoutSeconds })
}

const never: Pass = () => Promise.reject(new Error('only tasks let time pass'))

async function called(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    throw thrownBy(name, message)
  }
}

interface Subject {
  readonly image?: string
  readonly region?: string
}

function attemptOf(
  call: Call,
  attempts: readonly Attempt[],
  orders: ReadonlyMap<string, Subject>,
  at: number,
): Attempt {
  const order = orderKeyIn(call.input)
  const subject = order === undefined ? subjectOf(call.input) : (orders.get(order) ?? {})
  const same = attempts.filter(
    ({ state, image, region }) =>
      state === call.state && image === subject.image && region === subject.region,
  )
  return { state: call.state, ...subject, ...(order && { order }), number: same.length + 1, at }
}

function subjectOf(input: Json): Subject {
  const { image, target } = (input ?? {}) as { image?: { image?: string }; target?: { id?: string } }
  return { ...(image?.image && { image: image.image }), ...(target?.id && { region: target.id }) }
}

/** The function Outcome, with results in memory. */
function readOutcome({ input }: Call, results: ReadonlyMap<string, unknown>): Json {
  const { diff, rounds } = roundStateSchema.parse(input)
  const result = syncResultSchema.optional().parse(results.get(resultKeyOf(diff.order.key)))
  return outcomeOfRound(rounds, result) as unknown as Json
}

/** Stores a build's result next to its order. */
async function build({ input }: Call, answer: Json, put: RunOf['put']): Promise<Json> {
  const { left } = (answer ?? {}) as { left?: JsonObject }
  const round = roundIn(input)
  const result = { outcome: left ?? null, round, tags: [], warnings: [], requests: {} }
  if (left !== undefined) await put(resultKeyOf(orderKeyIn(input) ?? ''), result)
  return answer
}

/** The key of the order that Diff would write, recorded for this pair. */
function ordered({ input }: Call, orders: Map<string, Subject>): string {
  const { run, image, target } = pairStateSchema.parse(input)
  const key = orderKey(run.name, image.id, target)
  orders.set(key, subjectOf(input))
  return key
}
