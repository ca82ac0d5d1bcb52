/** One attempt to copy a tag or an artifact to one target: its context, its cancellation and its counters. */
import type { Clock } from '../registry/model/clock.ts'
import type { BlobOutcome } from './blobs/blob-outcome.ts'
import type { Lanes } from './blobs/lanes.ts'
import type { Limit } from './limit.ts'
import { Abandoned } from './once.ts'
import type { Places } from './places.ts'
import type { Meter } from './progress.ts'
import type { Target } from './target.ts'

export interface BlobCounts {
  readonly copied: number
  readonly mounted: number
  readonly present: number
}

export interface Tally {
  blob(fate: BlobOutcome, bytes: number): void
  manifest(): void
  blobs(): BlobCounts
  /** Blob bytes uploaded. */
  bytes(): number
  /** Manifests read. */
  manifests(): number
}

export interface CopyContext {
  readonly places: Places
  readonly target: Target
  readonly limit: Limit
  /** Shared by all targets of a job. @default - large blobs are not limited */
  readonly lanes?: Lanes
  readonly signal?: AbortSignal
  /** @default - the system clock */
  readonly clock?: Clock
  /** @default - progress is not reported */
  readonly meter?: Meter
  /** Artifacts count towards the tally of their image. @default - a new tally */
  readonly tally?: Tally
}

export interface Attempt extends CopyContext {
  readonly tally: Tally
  /** Aborted by the first failure; the attempt starts no new work after that. */
  readonly stop: AbortController
}

/** Runs `work` as one attempt and throws its first failure. */
export async function attempt<T>(context: CopyContext, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const started = { ...context, tally: context.tally ?? createTally(), stop: new AbortController() }
  try {
    return await work(started)
  } catch (error) {
    throw error instanceof Abandoned ? started.stop.signal.reason : error
  }
}

/** Runs a part of an attempt. If it fails, the other parts start no new work. */
export async function runPart<T>({ stop }: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    stop.abort(error)
    throw error
  }
}

/**
 * Checks for cancellation before each step. If another attempt waits for the same step, `Abandoned` makes it take
 * over as the leader (once.ts).
 */
export function throwIfStopped({ stop, signal }: Attempt): void {
  signal?.throwIfAborted()
  if (stop.signal.aborted) throw new Abandoned('another part of this attempt failed')
}

/**
 * Waits for all parts before it throws, so that no part runs in the background after the failure is reported.
 * @returns all values
 * @throws the first failure that is not `Abandoned`
 */
export async function settleAll<T>(promises: Iterable<Promise<T>>): Promise<T[]> {
  const failures: unknown[] = []
  const values: T[] = []
  const settle = async (promise: Promise<T>, index: number): Promise<void> => {
    try {
      values[index] = await promise
    } catch (error) {
      failures.push(error)
    }
  }
  await Promise.all([...promises].map(settle))
  if (failures.length === 0) return values
  throw failures.find((failure) => !(failure instanceof Abandoned)) ?? failures[0]
}

function createTally(): Tally {
  const counts = { copied: 0, mounted: 0, present: 0 }
  let bytes = 0
  let manifests = 0
  return {
    blob(fate, size) {
      counts[fate]++
      if (fate === 'copied') bytes += size
    },
    manifest: () => void manifests++,
    blobs: () => ({ ...counts }),
    bytes: () => bytes,
    manifests: () => manifests,
  }
}
