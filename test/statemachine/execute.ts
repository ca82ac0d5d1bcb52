// Executes one image's child execution with the embedded engine, in a time that leaps, with functions for the services.
import { StateMachine } from 'aws-local-stepfunctions'
import { CLOCKS } from '../../local/clock.ts'
import { inTime } from '../../local/stepfunctions/engine-timers.ts'
import { startTime } from '../../local/stepfunctions/time.ts'
import { type ImageEnd, imageEndSchema } from '../../mirror/contract.ts'
import { definition, processorOf } from './definition.ts'

/** An error as a service gives it to Step Functions. */
export class ServiceError extends Error {
  constructor(error: string, cause: string) {
    super(cause)
    this.name = error
  }
}

type Service = (input: Record<string, unknown>) => unknown

export interface Services {
  readonly resolve?: Service
  readonly diff: Service
  readonly sync?: Service
}

export interface Executed {
  /** Parsed by the contract: an end of another shape fails the test. */
  readonly end: ImageEnd
  /** The names of the states that were entered, in this order. */
  readonly entered: readonly string[]
  /** What each task was called with. */
  readonly calls: Readonly<Record<'resolve' | 'diff' | 'sync', readonly Record<string, unknown>[]>>
}

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
      settings: { immutableTags: false, scanOnPush: true, tags: {} },
      waves: waves.map((regions) => ({ targets: regions.map((region) => ({ region, readFrom: [] })) })),
    },
  }
}

/** A finished build, as `startBuild.sync` returns it. */
export function built(outcome: Record<string, unknown>) {
  const all = {
    bytes: 10,
    seconds: 1,
    blobs: { copied: 1, mounted: 0, present: 0 },
    warnings: 0,
    ...outcome,
  }
  return {
    Build: {
      Id: 'sync:1',
      ExportedEnvironmentVariables: [{ Name: 'MIRROR_OUTCOME', Value: JSON.stringify(all) }],
    },
  }
}

export async function execute(input: ReturnType<typeof imageInput>, services: Services): Promise<Executed> {
  const child = processorOf(definition(), 'Mirror each image')
  const time = startTime(CLOCKS.instant)
  const entered: string[] = []
  const calls = { resolve: [], diff: [], sync: [] } as Record<
    keyof Executed['calls'],
    Record<string, unknown>[]
  >
  const call =
    (name: keyof Executed['calls'], service: Service) => async (given: Record<string, unknown>) => {
      calls[name].push(given)
      return time.during(async () => service(given))
    }
  const machine = new StateMachine(child as never, { validationOptions: { noValidate: true } })
  const { result, eventLogs } = inTime(time, () =>
    machine.run(input as never, {
      overrides: {
        taskResourceLocalHandlers: {
          'Resolve the image': call('resolve', services.resolve ?? (() => POINTER)),
          'Diff the region': call('diff', services.diff),
          'Sync the region': call('sync', services.sync ?? (() => built({ status: 'synced' }))),
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
