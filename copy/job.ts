/**
 * A job, for Sync and `copy` alike: makes each of its targets hold the tags of an order, from one read of the source. No
 * target's failure is another's, and how each of them ended is data.
 */
import type { SyncResult } from '../mirror/documents.ts'
import { type Clock, systemClock } from '../registry/model/clock.ts'
import type { Descriptor } from '../registry/model/manifest.ts'
import type { Repository } from '../registry/model/registry.ts'
import type { CopyContext } from './attempt.ts'
import { fanOut } from './blobs/fanout.ts'
import { createLanes } from './blobs/lanes.ts'
import { createLimit } from './limit.ts'
import { type CopyOrder, copyOrder, failOrder } from './order.ts'
import { type Before, type Refused, refusedIn, resultOf, type TagEnd, transientError } from './outcome.ts'
import { createPace } from './pace.ts'
import { createPlaces, type OpenPlace, type Places } from './places.ts'
import type { Meter } from './progress.ts'
import { createTarget, isEcr } from './target.ts'
import { trafficOf } from './traffic.ts'

export interface JobTarget {
  /** If this fails, so do the target's tags. */
  readonly open: (signal?: AbortSignal) => Promise<Repository>
  /** What the tag is called at the target, where there is one. @default - as at the source */
  readonly tag?: string | undefined
  /** What that tag leads to there, if it was asked already. @default - it is asked */
  readonly held?: Promise<Descriptor | undefined> | undefined
  /** @default - progress is not reported */
  readonly meter?: Meter | undefined
}

export interface JobOptions {
  /** When it is aborted, its reason is how the rest of the tags end. @default - nothing stops the job */
  readonly signal?: AbortSignal
  /** @default - the system's */
  readonly clock?: Clock
  /** How many jobs may write to a target's region at the same time, this one included. @default 1 */
  readonly writers?: number
  /** Looks in the end whether the source's tags have moved meanwhile. @default false */
  readonly looksBack?: boolean
}

/** How one target ended. */
export interface JobEnd {
  readonly result: SyncResult
  /** Set where trying again may help. */
  readonly transient?: unknown
  /** Artifacts that could not be copied. */
  readonly refused: readonly Refused[]
}

/**
 * @param from - where the content may be read, nearest first; the last one is the source, where the tags were resolved
 * @returns how the targets ended, in their order
 */
export async function copyJob(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly JobTarget[],
  order: CopyOrder,
  options: JobOptions = {},
): Promise<JobEnd[]> {
  const { signal, clock = systemClock, looksBack = false } = options
  const started = clock.now()
  const opened = await Promise.all(targets.map((target) => openTarget(target, signal)))
  const contexts = contextsFor(from, opened.filter(isOpen), options)
  const work = async (target: Opened): Promise<JobEnd> => {
    const context = contexts.get(target)
    const { ends, failed } =
      context === undefined
        ? await failOrder(order, target.error)
        : await copyOrder(order, context, { ...target, clock, looksBack })
    const requests = trafficOf(context?.places.opened() ?? [], target.repository)
    const before = { ...order, failed: [...(order.failed ?? []), ...failed] }
    return endOf(ends, (clock.now() - started) / 1000, requests, before)
  }
  return Promise.all(opened.map(work))
}

interface Opened extends JobTarget {
  /** Absent if it could not be opened. */
  readonly repository?: Repository
  readonly error?: unknown
}

type Open = Opened & { readonly repository: Repository }

function isOpen(target: Opened): target is Open {
  return target.repository !== undefined
}

async function openTarget(target: JobTarget, signal: AbortSignal | undefined): Promise<Opened> {
  try {
    return { ...target, repository: await target.open(signal) }
  } catch (error) {
    return { ...target, error: signal?.aborted ? signal.reason : error }
  }
}

function contextsFor(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly Open[],
  { signal, clock, writers = 1 }: JobOptions,
): Map<Opened, CopyContext> {
  const places = placesFor(from, targets, clock)
  const lanes = createLanes()
  const contextOf = ({ repository, meter }: Open, index: number): CopyContext => {
    const company = { writers, isMet: () => repository.traffic().throttled > 0 }
    const pace = isEcr(repository) ? { pace: createPace(undefined, clock, company) } : {}
    return {
      places: places[index] as Places,
      target: createTarget(repository, pace),
      limit: createLimit(),
      lanes,
      ...(clock === undefined ? {} : { clock }),
      ...(signal === undefined ? {} : { signal }),
      ...(meter === undefined ? {} : { meter }),
    }
  }
  return new Map(targets.map((target, index) => [target, contextOf(target, index)]))
}

/** A single target reads the places directly; several share each read. */
function placesFor(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly Open[],
  clock: Clock = systemClock,
): readonly Places[] {
  if (targets.length === 1) return [createPlaces(from)]
  const repositories = targets.map(({ repository }) => repository)
  return fanOut(from, repositories, { clock })
}

function endOf(
  ends: readonly TagEnd[],
  seconds: number,
  requests: SyncResult['requests'],
  before: Before,
): JobEnd {
  const transient = transientError(ends)
  return {
    result: resultOf(ends, seconds, requests, before),
    refused: refusedIn(ends),
    ...(transient === undefined ? {} : { transient }),
  }
}
