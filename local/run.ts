/**
 * Runs the mirror on this machine: synthesizes the stack, starts the services, deploys the template and executes the
 * state machine. Until it is closed, pushes to its registries start further runs, as in AWS.
 */

import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { STACK_NAME } from '../infra/stack-name.ts'
import { imageItemSchema, planOutputSchema } from '../mirror/contract.ts'
import type { List } from '../mirror/list/config.ts'
import { homeOf } from '../mirror/list/home.ts'
import type { Call } from './aws/call.ts'
import { accountsOf, endpointsOf, publicAliasOf } from './aws/other-accounts.ts'
import type { Clock } from './clock.ts'
import { ACCOUNT, type Cloud, startCloud } from './cloud.ts'
import { type Assembly, synthesize } from './cloudformation/synth.ts'
import type { Template } from './cloudformation/template.ts'
import { type DeployProps, deploy } from './deploy.ts'
import { awsEnvironment, type Variables } from './environment.ts'
import { type Executed, type Executions, openExecutions, runName } from './executions.ts'
import type { Json } from './json.ts'
import type { RunDocument } from './run-document.ts'
import { uploadFolder } from './s3-folder.ts'
import { keepDocuments, restoreDocuments } from './state/kept-documents.ts'
import type { ExecutionEvent } from './stepfunctions/engine.ts'
import type { Ended } from './stepfunctions/execution.ts'
import { followRun, type PairProgress, type Progress } from './stepfunctions/progress.ts'
import type { Alert } from './topic.ts'

/** The region of a stack whose list names none. */
const DEFAULT_REGION = 'us-east-1'

export interface LocalRunProps {
  readonly list: List
  readonly input: Json
  readonly stateDir: string
  readonly clock: Clock
  /** Added to the environment of every function and build. */
  readonly environment: Variables
  /** Allows pulls from the registries without the token that ECR requires. */
  readonly anonymousPull: boolean
  /** How builds run, and how many concurrently. @default - in `sh`, one per processor */
  readonly builds?: DeployProps['builds']
  /** Whether `calls` keeps every call to AWS. @default false */
  readonly keepCalls?: boolean
  /** Aborts the run; the reason of the signal is thrown. */
  readonly signal: AbortSignal
  /** Called with each step before pairs are known. */
  readonly onStep?: (text: string) => void
  /** Called with every change of a pair. */
  readonly onProgress?: (progress: Progress, changed: PairProgress) => void
  /** Called with every step of the execution and of its children. */
  readonly onEvent?: (event: ExecutionEvent) => void
  /** Called with each run that a push started, when it ends. */
  readonly onEnded?: (run: Executed) => void
}

export interface LocalRun {
  readonly document: RunDocument
  readonly ended: Ended
  /** All messages of the failure topic. */
  readonly alerts: readonly Alert[]
  /** The file of the report's page. @default - the run ended before it was written */
  readonly page?: string
  /** The file of the run's alert. @default - the run sent none */
  readonly alertFile?: string
  /** The file of the mirror's state as a page. @default - no run has written it */
  readonly status?: string
  /** All messages of the topic for chats. */
  readonly chats: readonly Alert[]
  /** The folder of the logs of functions and builds. */
  readonly logDir: string
  readonly template: Template
  /** Every call to AWS with the calling role; empty unless `keepCalls`. */
  readonly calls: readonly Call[]
  /** The `AWS_ENDPOINT_URL_ECR` for pushes to the registries. */
  readonly ecrEndpoint: string
  /** The `AWS_ENDPOINT_URL_S3` for objects that lists are read from. */
  readonly s3Endpoint: string
  /** The `AWS_SESSION_TOKEN` that the services require. */
  readonly key: string
  /** The environment in which people and their programs reach the services. */
  readonly operator: Variables
  /** State of the account outside of deployments, which callers may change. */
  readonly account: Cloud['hosted']['account']
  /** The deployed stacks. */
  readonly stacks: Cloud['hosted']['stacks']
  /** Starts another run manually. */
  execute(input: Json): Promise<Executed>
  /** Resolves with the runs that pushes started, once none of them is running. */
  readonly settled: Executions['settled']
  /** Stops the registries and everything else. */
  close(): Promise<void>
}

export async function runLocally(props: LocalRunProps): Promise<LocalRun> {
  const run = runName()
  const state = resolve(props.stateDir)
  const logDir = join(state, 'logs', run)
  await mkdir(logDir, { recursive: true })
  const region = regionOf(props.list)
  const starting = startCloud({
    region,
    regions: [...new Set([region, ...props.list.regions, ...(props.list.push?.from ?? [])])],
    accounts: accountsOf(props.list, ACCOUNT),
    publicAlias: publicAliasOf(props.list),
    ecrDir: join(state, 'ecr'),
    secretsFile: join(state, 'secrets.json'),
    keysFile: join(state, 'keys.json'),
    parametersFile: join(state, 'parameters.yaml'),
    tablesFile: join(state, 'tables.yaml'),
    anonymousPull: props.anonymousPull,
    keepCalls: props.keepCalls ?? false,
  })
  const [assembly, cloud] = await bothOrNone(
    synthesize({ ...props, outdir: join(state, 'cdk.out'), account: ACCOUNT, region }),
    starting,
  )
  const environment = { ...endpointsOf(cloud), ...props.environment }
  const deployed = await deploy({
    assembly,
    cloud,
    environment,
    workDir: join(state, 'builds'),
    logDir,
    ...(props.builds ? { builds: props.builds } : {}),
  }).catch(async (error: unknown) => {
    await cloud.close()
    throw error
  })
  const over = new AbortController()
  const executions = await openExecutions({
    stack: deployed,
    cloud,
    clock: props.clock,
    stateDir: state,
    signal: AbortSignal.any([props.signal, over.signal]),
    ...(props.onEnded ? { onEnded: props.onEnded } : {}),
  })
  const kept = join(state, 'kept')
  const [bucket = ''] = deployed.template.resources('AWS::S3::Bucket').map(({ name }) => name)
  const close = async () => {
    over.abort()
    await executions.settled()
    // A failure here, such as a full disk, only costs the next run some requests.
    await keepDocuments(kept, bucket, cloud).catch(() => {})
    await deployed.close()
    await cloud.close()
  }
  const progress = followRun(deployed.machine.definition, (pair) => props.onProgress?.(progress, pair))
  try {
    await uploadFolder(join(state, 's3'), cloud)
    await restoreDocuments(kept, bucket, cloud)
    props.onStep?.('Running the state machine')
    const { document, ended, alerts, chats, page, alertFile, status } = await executions.execute(
      run,
      props.input,
      (event) => {
        progress.onEvent(event)
        props.onEvent?.(event)
        // Only for the progress display: if the plan is unreadable, events of the images announce the pairs later.
        readPlan(event, cloud).then(progress.planned, () => {})
      },
    )
    return {
      document,
      ended,
      alerts,
      chats,
      ...(page && { page }),
      ...(alertFile && { alertFile }),
      ...(status && { status }),
      logDir,
      template: deployed.template,
      ecrEndpoint: cloud.endpoints.ECR,
      s3Endpoint: cloud.endpoints.S3,
      key: cloud.key,
      operator: awsEnvironment(cloud.region, cloud.endpoints, 'Operator', cloud.key),
      account: cloud.hosted.account,
      stacks: cloud.hosted.stacks,
      get calls() {
        return cloud.calls()
      },
      execute: (input) => executions.execute(runName(), input),
      settled: executions.settled,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Names the mirror that runs on this machine, for its state. */
export function mirrorOf(list: List) {
  return { mirror: STACK_NAME, account: ACCOUNT, region: regionOf(list) }
}

/** The region of the stack. */
function regionOf(list: List): string {
  return homeOf(list) ?? DEFAULT_REGION
}

/** Returns the items if the event is the end of Plan. */
async function readPlan({ type, ...event }: ExecutionEvent, { documents }: Cloud) {
  const output = type === 'StateExited' && 'state' in event ? event.state.output : undefined
  const plan = planOutputSchema.safeParse(output)
  if (!plan.success) return []
  const { bucket, key } = plan.data.items
  return imageItemSchema.array().parse(JSON.parse(await documents.get(bucket, key)))
}

/** Stops the other if one fails. */
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
