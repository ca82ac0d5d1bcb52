// Executes one image's child execution with the embedded engine and a virtual clock. Functions replace the services.
import { StateMachine } from 'aws-local-stepfunctions'
import { CLOCKS } from '../../local/clock.ts'
import { inTime } from '../../local/stepfunctions/engine-timers.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { type ImageEnd, imageEndSchema, roundStateSchema, type SyncOutcome } from '../../mirror/contract.ts'
import type { SyncResult } from '../../mirror/documents.ts'
import { outcomeOfRound } from '../../mirror/report/round.ts'
import { StateName } from '../../statemachine/state-names.ts'
import { roundIn } from './build-input.ts'
import { definition, processorOf } from './definition.ts'

/** A service's error, as Step Functions receives it. */
export class ServiceError extends Error {
  /** The result that a build wrote before it failed. */
  readonly left: Partial<SyncOutcome> | undefined

  constructor(error: string, cause: string, left?: Partial<SyncOutcome>) {
    super(cause)
    this.name = error
    this.left = left
  }
}

type Service = (input: Record<string, unknown>) => unknown

export interface Services {
  readonly resolve?: Service
  readonly diff: Service
  /** Returns the outcome that the build stores in S3, or undefined for none. */
  readonly sync?: (input: Record<string, unknown>) => Partial<SyncOutcome> | undefined
  /** @default - reads the build's result */
  readonly outcome?: Service
}

export interface Executed {
  /** Parsed with the contract, so an invalid end fails the test. */
  readonly end: ImageEnd
  /** The names of the entered states, in order. */
  readonly entered: readonly string[]
  /** The input of each task. */
  readonly calls: Readonly<
    Record<'resolve' | 'diff' | 'sync' | 'outcome', readonly Record<string, unknown>[]>
  >
}

/** When Diff compared the target. */
export const AT = '2026-11-30T12:00:00.000Z'
export const POINTER = { bucket: 'work-bucket', key: 'runs/r/x.json', count: 1 } as const

/** An image with one wave per array of regions. */
export function imageInput(waves: readonly (readonly string[])[], dryRun = false) {
  return {
    run: { name: 'r', dryRun },
    image: {
      id: '00001-redis',
      image: 'docker.io/library/redis:7.4',
      source: { registry: 'docker.io', repository: 'library/redis' },
      select: { include: ['7.4'], exclude: [] },
      repository: 'mirror/redis',
      settings: { repositories: { immutableTags: false, scanOnPush: true, tags: {} } },
      waves: waves.map((regions) => ({
        targets: regions.map((id) => ({ id, kind: 'region', region: id })),
        readFrom: [],
      })),
    },
  }
}

/** The end of a build: synced, or another one. */
function outcomeOf(outcome: Partial<SyncOutcome>): SyncOutcome {
  const blobs = { copied: 1, mounted: 0, present: 0 }
  return { status: 'synced', bytes: 10, seconds: 1, blobs, warnings: 0, ...outcome }
}

/** The builds, and the function that reads their results. A result stays until the next build replaces it. */
function rounds({ sync = () => ({}), outcome }: Services): Readonly<Record<'sync' | 'outcome', Service>> {
  let result: SyncResult | undefined
  const leave = (left: Partial<SyncOutcome> | undefined, round: number) => {
    if (left === undefined) return
    result = { outcome: outcomeOf(left), round, tags: [], warnings: [], requests: {} }
  }
  return {
    sync(input) {
      const round = roundIn(input)
      try {
        leave(sync(input), round)
      } catch (error) {
        if (error instanceof ServiceError) leave(error.left, round)
        throw error
      }
      return { Build: { Id: 'sync:1', BuildStatus: 'SUCCEEDED' } }
    },
    outcome: outcome ?? ((input) => outcomeOfRound(roundStateSchema.parse(input).rounds, result)),
  }
}

export async function execute(input: ReturnType<typeof imageInput>, services: Services): Promise<Executed> {
  const child = processorOf(definition(), StateName.MirrorImages)
  const time = startTime(CLOCKS.instant)
  const entered: string[] = []
  const calls = { resolve: [], diff: [], sync: [], outcome: [] } as Record<
    keyof Executed['calls'],
    Record<string, unknown>[]
  >
  const call =
    (name: keyof Executed['calls'], service: Service) => async (given: Record<string, unknown>) => {
      calls[name].push(given)
      return time.during(async () => service(given))
    }
  const { sync, outcome } = rounds(services)
  const machine = new StateMachine(child as never, { validationOptions: { noValidate: true } })
  const { result, eventLogs } = inTime(time, () =>
    machine.run(input as never, {
      overrides: {
        taskResourceLocalHandlers: {
          [StateName.Resolve]: call('resolve', services.resolve ?? (() => POINTER)),
          [StateName.Diff]: call('diff', services.diff),
          [StateName.Sync]: call('sync', sync),
          [StateName.ReadOutcome]: call('outcome', outcome),
        } as never,
      },
    }),
  )
  const [output] = await Promise.all([result, record(eventLogs, entered)])
  return { end: imageEndSchema.parse(output), entered, calls }
}

async function record(events: AsyncIterable<{ type: string }>, entered: string[]): Promise<void> {
  for await (const event of events) {
    const state = 'state' in event ? (event.state as { name: string }) : undefined
    if (event.type === 'StateEntered' && state) entered.push(state.name)
  }
}
