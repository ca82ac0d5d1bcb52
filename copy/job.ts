/**
 * Copies the tags of an order to one or more targets with a single read of the source, for Sync and the `copy` command.
 * Targets fail independently, and each result is returned as data.
 */
import type { SyncResult } from '../mirror/documents.ts'
import { type Clock, systemClock } from '../registry/model/clock.ts'
import type { Descriptor } from '../registry/model/manifest.ts'
import { isEcr, type Repository } from '../registry/model/registry.ts'
import type { CopyContext } from './attempt.ts'
import { fanOut } from './blobs/fanout.ts'
import { createLanes } from './blobs/lanes.ts'
import { createReadings } from './blobs/readings.ts'
import { createLookBack } from './images/moved.ts'
import { createLimit } from './limit.ts'
import type { Lock } from './once.ts'
import { type CopyOrder, copyOrder, failOrder, type OrderOptions } from './order.ts'
import {
  type EarlierResults,
  type Refused,
  refusedArtifacts,
  resultOf,
  type TagEnd,
  transientError,
} from './outcome.ts'
import { createPlaces, type OpenPlace, type Places } from './places.ts'
import type { Meter } from './progress.ts'
import { createRateLimiter } from './rate-limiter.ts'
import type { Session } from './session.ts'
import { createTarget } from './target.ts'
import { trafficOf } from './traffic.ts'

export interface JobTarget {
  /** If this fails, all tags of the target fail. */
  readonly open: (signal?: AbortSignal) => Promise<Repository>
  /** Tag at the target, if the order has a single tag. @default - the source's tag */
  readonly tag?: string | undefined
  /** Pending lookup of that tag at the target. @default - looked up during the copy */
  readonly held?: Promise<Descriptor | undefined> | undefined
  /** Whether the caller has just found that the target lacks a tag. @default - unknown for every tag */
  readonly isNew?: OrderOptions['isNew']
  /** @default - progress is not reported */
  readonly meter?: Meter | undefined
  /** Names the backups of tags that are overwritten. @default - their old images are not kept */
  readonly backup?: OrderOptions['backup']
  /** What this target lacks, if targets lack different tags. @default - the job's order */
  readonly order?: CopyOrder | undefined
}

export interface JobOptions {
  /** Stops the job; the remaining tags fail with its reason. @default - the job cannot be stopped */
  readonly signal?: AbortSignal
  /** @default - the system clock */
  readonly clock?: Clock
  /** Number of jobs that may write to a target's region concurrently, including this one. @default 1 */
  readonly writers?: number
  /** Whether to check at the end if the source's tags have moved. @default false */
  readonly looksBack?: boolean
  /** What this job shares with others of the process. @default - nothing */
  readonly session?: Session
}

/** The result of one target. */
export interface JobEnd {
  readonly result: SyncResult
  /** The failure that a retry may resolve. */
  readonly transient?: unknown
  /** Artifacts that could not be copied. */
  readonly refused: readonly Refused[]
}

/**
 * @param from - places to read content from, nearest first; the last one is the source, where the tags were resolved
 * @returns the results in the order of the targets
 */
export async function copyJob(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly JobTarget[],
  order: CopyOrder,
  options: JobOptions = {},
): Promise<JobEnd[]> {
  const { signal, clock = systemClock, looksBack = false } = options
  const lookBack = looksBack ? createLookBack() : undefined
  const started = clock.now()
  const opened = await Promise.all(targets.map((target) => openTarget(target, signal)))
  const contexts = contextsFor(from, opened.filter(isOpen), options)
  const work = async (target: Opened): Promise<JobEnd> => {
    const context = contexts.get(target)
    const own = target.order ?? order
    const { ends, failed } =
      context === undefined
        ? await failOrder(own, target.error)
        : await copyOrder(own, context, { ...target, clock, lookBack })
    const requests = trafficOf(context?.places.opened() ?? [], target.repository)
    const before = { ...own, failed: [...(own.failed ?? []), ...failed] }
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
  options: JobOptions,
): Map<Opened, CopyContext> {
  const { signal, clock, session } = options
  const places = placesFor(from, targets, options)
  const lanes = session?.lanes ?? createLanes()
  const contextOf = ({ repository, meter }: Open, index: number): CopyContext => ({
    places: places[index] as Places,
    ...(session === undefined ? ownParts(repository, options) : sharedParts(repository, session)),
    lanes,
    ...(clock === undefined ? {} : { clock }),
    ...(signal === undefined ? {} : { signal }),
    ...(meter === undefined ? {} : { meter }),
  })
  return new Map(targets.map((target, index) => [target, contextOf(target, index)]))
}

function ownParts(repository: Repository, { clock, writers = 1 }: JobOptions) {
  const sharing = { writers, isShared: () => repository.traffic().throttled > 0 }
  const pace = isEcr(repository) ? { pace: createRateLimiter(undefined, clock, sharing) } : {}
  return { target: createTarget(repository, pace), limit: createLimit() }
}

function sharedParts(repository: Repository, session: Session) {
  const { limit, lock, ...parts } = session.of(repository)
  const ownLock: Lock = (key, work) => lock(`${repository.repository} ${key}`, work)
  return { target: createTarget(repository, { ...parts, lock: ownLock }), limit }
}

/** A single target reads the places directly; several share each read. */
function placesFor(
  from: readonly (Repository | OpenPlace)[],
  targets: readonly Open[],
  { clock = systemClock, session }: JobOptions,
): readonly Places[] {
  if (targets.length === 1 && session === undefined) return [createPlaces(from)]
  const repositories = targets.map(({ repository }) => repository)
  return fanOut(from, repositories, session?.readings ?? createReadings({ clock }))
}

function endOf(
  ends: readonly TagEnd[],
  seconds: number,
  requests: SyncResult['requests'],
  before: EarlierResults,
): JobEnd {
  const transient = transientError(ends)
  return {
    result: resultOf(ends, seconds, requests, before),
    refused: refusedArtifacts(ends),
    ...(transient === undefined ? {} : { transient }),
  }
}
