// What the steps of a trial share: names, regions, and how they run the mirror and ask AWS.
import { setTimeout as wait } from 'node:timers/promises'
import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr'
import { openDocuments } from '../../cli/deployed/aws/documents.ts'
import { type Execution, isRunning, openExecutions } from '../../cli/deployed/aws/executions.ts'
import { findMirror, type Mirror } from '../../cli/deployed/aws/mirror.ts'
import type { Deployed } from '../../cli/deployed/aws/with-mirror.ts'
import { readRunState } from '../../cli/deployed/run/document.ts'
import type { RunState } from '../../cli/deployed/run/schema.ts'
import type { List } from '../../mirror/list/config.ts'
import { assumeRole } from '../../registry/ecr/assumed-role.ts'
import type { Arguments } from './arguments.ts'
import type { Deployment } from './deployment.ts'
import type { Names } from './names.ts'

export interface Pace {
  readonly pollMs: number
  /** The longest wait for one thing. */
  readonly patienceMs: number
}

export interface World {
  readonly names: Names
  readonly home: string
  readonly other: string
  readonly given: Arguments
  readonly list: List
  readonly deployment: Deployment
  readonly pace: Pace
  readonly signal: AbortSignal
  /** Every run that has ended. */
  readonly runs: RunState[]
  /** The number of runs that were started, or that a push has started. */
  started: number
  /** The digest of the source image, once it is pushed. */
  digest?: string
  /** The URL of the queue of alerts, once it is subscribed. */
  queue?: string
}

/** Calls `look` until it returns something. @throws Error that says what did not happen */
export async function until<T>(
  { pace, signal }: Pick<World, 'pace' | 'signal'>,
  what: string,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + pace.patienceMs
  for (;;) {
    signal.throwIfAborted()
    const found = await look()
    if (found !== undefined) return found
    if (Date.now() > end) throw new Error(`${what} did not happen within ${pace.patienceMs / 60_000} minutes`)
    await wait(pace.pollMs, undefined, { signal })
  }
}

/** Opens the deployed mirror as commands do. */
export async function withDeployed<T>(
  { names, home }: Pick<World, 'names' | 'home'>,
  work: (deployed: Deployed, mirror: Mirror) => Promise<T>,
): Promise<T> {
  const mirror = await findMirror({ region: home, name: names.stack })
  const executions = await openExecutions(mirror)
  const documents = await openDocuments(mirror)
  try {
    return await work({ mirror, executions, documents: async () => documents }, mirror)
  } finally {
    executions.close()
    documents.close()
  }
}

/** Starts a run, and waits for its end. */
export async function run(world: World, input: object): Promise<RunState> {
  world.started += 1
  return withDeployed(world, async (deployed) => {
    const { arn } = await deployed.executions.start(`trial-${Date.now()}-${world.runs.length}`, input)
    return ended(world, deployed, arn)
  })
}

/** Waits for the end of a run. */
export async function ended(world: World, deployed: Deployed, arn: string): Promise<RunState> {
  const last = await until(world, `the end of ${arn}`, async (): Promise<Execution | undefined> => {
    const found = await deployed.executions.describe(arn)
    return isRunning(found) ? undefined : found
  })
  const state = await readRunState(last, deployed)
  world.runs.push(state)
  return state
}

/** The digest of a tag, as ECR itself says; undefined if it is missing. */
export async function digestAt(
  region: string,
  repositoryName: string,
  imageTag: string,
  role?: string,
): Promise<string | undefined> {
  const credentials = role === undefined ? {} : { credentials: assumeRole({ role }, region) }
  const client = new ECRClient({ region, ...credentials })
  try {
    const { imageDetails = [] } = await client.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }),
    )
    return imageDetails[0]?.imageDigest
  } catch (error) {
    if (error instanceof Error && /NotFoundException$/.test(error.name)) return undefined
    throw error
  } finally {
    client.destroy()
  }
}

/** @throws Error with both values */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  const [one, other] = [found, expected].map((value) => JSON.stringify(value))
  if (one !== other) throw new Error(`${what}: expected ${other}, and AWS says ${one}`)
}
