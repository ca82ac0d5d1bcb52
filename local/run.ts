/**
 * A whole run on this machine: synthesizes the stack, starts the services, deploys the template onto them,
 * executes the state machine, announces how it ended, and gathers what came of it.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { List } from '../mirror/config.ts'
import { imageItemSchema, planOutputSchema } from '../mirror/contract.ts'
import type { Call } from './aws/call.ts'
import type { Clock } from './clock.ts'
import { ACCOUNT, type Cloud, startCloud } from './cloud.ts'
import { deploy, type Stack } from './deploy.ts'
import { createMachine, type ExecutionEvent } from './engine.ts'
import type { Variables } from './environment.ts'
import { deliveries, statusChange } from './events.ts'
import { type Ended, identify } from './execution.ts'
import { writeHistory } from './history.ts'
import type { Json } from './json.ts'
import { followRun, type PairProgress, type Progress } from './progress.ts'
import { type RunDocument, readReport, runDocument } from './run-document.ts'
import { servicesOf } from './services.ts'
import { type Assembly, synthesize } from './synth.ts'
import type { Template } from './template.ts'
import { startTime } from './time.ts'
import { type Alert, publishEvent, subscribe } from './topic.ts'

export interface LocalRunProps {
  readonly list: List
  readonly input: Json
  readonly stateDir: string
  readonly clock: Clock
  /** Added to the environment of every function and build. */
  readonly environment: Variables
  /** Lets anyone pull from the registries, where ECR wants a token. */
  readonly anonymousPull: boolean
  /** Whether `calls` remembers every call to AWS. @default false */
  readonly keepCalls?: boolean
  /** Ends the run as soon as can be; its reason is thrown. */
  readonly signal: AbortSignal
  /** Told what is done before there are pairs. */
  readonly onStep?: (text: string) => void
  /** Called with every change of a pair. */
  readonly onProgress?: (progress: Progress, changed: PairProgress) => void
  /** Called with every step of the execution and of its children. */
  readonly onEvent?: (event: ExecutionEvent) => void
}

export interface LocalRun {
  readonly document: RunDocument
  readonly ended: Ended
  /** Everything that reached the failure topic. */
  readonly alerts: readonly Alert[]
  /** Where the logs of functions and builds are. */
  readonly logDir: string
  readonly template: Template
  /** Every call to AWS, with the role that made it; empty unless `keepCalls`. */
  readonly calls: readonly Call[]
  /** Stops the registries and everything else. */
  close(): Promise<void>
}

export async function runLocally(props: LocalRunProps): Promise<LocalRun> {
  const run = runName()
  const state = resolve(props.stateDir)
  const logDir = join(state, 'logs', run)
  await mkdir(logDir, { recursive: true })
  const region = props.list.home ?? props.list.regions[0] ?? ''
  const starting = startCloud({
    region,
    regions: regionsOf(props.list),
    ecrDir: join(state, 'ecr'),
    secretsFile: join(state, 'secrets.json'),
    anonymousPull: props.anonymousPull,
    keepCalls: props.keepCalls ?? false,
  })
  const [assembly, cloud] = await bothOrNone(
    synthesize({ ...props, outdir: join(state, 'cdk.out'), account: ACCOUNT }),
    starting,
  )
  const { environment } = props
  const deployed = await deploy({
    assembly,
    cloud,
    environment,
    workDir: join(state, 'builds'),
    logDir,
  }).catch(async (error: unknown) => {
    await cloud.close()
    throw error
  })
  const close = async () => {
    await deployed.close()
    await cloud.close()
  }
  try {
    props.onStep?.('Running the state machine')
    const { document, ended, alerts } = await execute(run, deployed, cloud, props, logDir)
    await mkdir(join(state, 'runs'), { recursive: true })
    await writeFile(join(state, 'runs', `${run}.json`), `${JSON.stringify(document, undefined, 2)}\n`)
    return { document, ended, alerts, logDir, template: deployed.template, calls: cloud.calls(), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function execute(run: string, stack: Stack, cloud: Cloud, props: LocalRunProps, logDir: string) {
  const inbox = await subscribe(stack.topicArn, 'alerts', cloud.sns, cloud.sqs)
  const { arn, definition, roleId } = stack.machine
  const acting = cloud.as(roleId)
  const progress = followRun(definition, (pair) => props.onProgress?.(progress, pair))
  const execution = identify(arn, run)
  const history = writeHistory(join(logDir, 'history.jsonl'), execution)
  const machine = createMachine({
    arn,
    definition,
    services: servicesOf(stack, acting),
    documents: acting.documents,
    time: startTime(props.clock),
    onEvent(event) {
      history.onEvent(event)
      progress.onEvent(event)
      props.onEvent?.(event)
      // Only for show: when it cannot be read, the events of each image tell its pairs a little later.
      readPlan(event, cloud).then(progress.planned, () => {})
    },
  })
  const ended = await machine.execute(props.input, { name: run, signal: props.signal })
  await history.close()
  props.signal.throwIfAborted()
  const event = statusChange(stack.template, execution, props.input, ended)
  for (const { targetArn, input } of deliveries(stack.template, event)) {
    if (targetArn === stack.topicArn) await publishEvent(targetArn, input, cloud.sns)
  }
  const report = await readReport(cloud.documents, stack.template.output('WorkBucketName'), run)
  const alerts = await inbox.read()
  return { document: runDocument(run, cloud.registries, report, alerts[0]), ended, alerts }
}

/** The items, when the event is the end of Plan. */
async function readPlan({ type, ...event }: ExecutionEvent, { documents }: Cloud) {
  const output = type === 'StateExited' && 'state' in event ? event.state.output : undefined
  const plan = planOutputSchema.safeParse(output)
  if (!plan.success) return []
  const { bucket, key } = plan.data.items
  return imageItemSchema.array().parse(JSON.parse(await documents.get(bucket, key)))
}

/** Every region that anything may go to, once. */
function regionsOf({ regions, home }: List): readonly string[] {
  return [...new Set([...regions, ...(home ? [home] : [])])]
}

/** Sorts by time; unique even when two begin in the same second. */
function runName(): string {
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `local-${time}-${randomBytes(3).toString('hex')}`
}

/** When one fails, the other is not left running. */
async function bothOrNone(
  synthesis: Promise<Assembly>,
  starting: Promise<Cloud>,
): Promise<[Assembly, Cloud]> {
  const [assembly, cloud] = await Promise.allSettled([synthesis, starting])
  if (assembly.status === 'fulfilled' && cloud.status === 'fulfilled') return [assembly.value, cloud.value]
  if (cloud.status === 'fulfilled') await cloud.value.close()
  throw assembly.status === 'rejected'
    ? assembly.reason
    : cloud.status === 'rejected'
      ? cloud.reason
      : undefined
}
