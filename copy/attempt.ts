/** One attempt to copy one thing (a tag, an artifact) to one target: what it works with, and what it counts. */
import type { Clock } from '../registry/model/clock.ts'
import type { Lanes } from './blobs/lanes.ts'
import type { Limit } from './limit.ts'
import { Abandoned } from './once.ts'
import type { Places } from './places.ts'
import type { Meter } from './progress.ts'
import type { BlobFate, Target } from './target.ts'

export interface BlobCounts {
  readonly copied: number
  readonly mounted: number
  readonly present: number
}

export interface Tally {
  blob(fate: BlobFate, bytes: number): void
  manifest(): void
  blobs(): BlobCounts
  /** Blob bytes uploaded. */
  bytes(): number
  /** Manifests looked into. */
  manifests(): number
}

export interface CopyContext {
  readonly places: Places
  readonly target: Target
  readonly limit: Limit
  /** Shared by all targets of a job. @default - no large blob waits for another */
  readonly lanes?: Lanes
  readonly signal?: AbortSignal
  /** @default - the system's */
  readonly clock?: Clock
  /** @default - progress is not reported */
  readonly meter?: Meter
  /** @default - a new one: an artifact counts towards its image */
  readonly tally?: Tally
}

export interface Attempt extends CopyContext {
  readonly tally: Tally
  /** Aborted with its first failure: from then on nothing new is started for this attempt. */
  readonly stop: AbortController
}

/** Runs `work` as one attempt; fails with the first thing that went wrong in it. */
export async function attempt<T>(context: CopyContext, work: (attempt: Attempt) => Promise<T>): Promise<T> {
  const started = { ...context, tally: context.tally ?? createTally(), stop: new AbortController() }
  try {
    return await work(started)
  } catch (error) {
    throw error instanceof Abandoned ? started.stop.signal.reason : error
  }
}

/** Runs a part of an attempt; when it fails, the attempt's other parts start nothing new. */
export async function partOf<T>({ stop }: Attempt, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    stop.abort(error)
    throw error
  }
}

/**
 * Called before anything is started. Another attempt may be waiting for what this one was about to do, and takes
 * over when this one stops because of something else.
 */
export function goOn({ stop, signal }: Attempt): void {
  signal?.throwIfAborted()
  if (stop.signal.aborted) throw new Abandoned('another part of this attempt failed')
}

/**
 * Waits for all parts, and only then fails: what was started never goes on in the background behind an error that was
 * already reported.
 * @returns all values
 * @throws the first failure that says why: parts that were merely abandoned because of it do not
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
