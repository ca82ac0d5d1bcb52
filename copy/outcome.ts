/** From how each tag of a work order ended to the one outcome that the workflow decides by. */
import type { SyncOutcome } from '../mirror/contract.ts'
import type { Artifact, SyncResult, WorkOrder } from '../mirror/documents.ts'
import { ErrorName, MAX_RETRY_AFTER_SECONDS, PERMANENT_ERRORS } from '../mirror/error-name.ts'
import { describeFailure, type Failure, shortened } from '../mirror/failure.ts'
import { RegistryError } from '../registry/model/errors.ts'
import type { CopyResult } from './copy.ts'
import { DeadlineReached } from './deadline.ts'
import type { Warning } from './images/artifacts.ts'

/** How one tag (or, without a tag, one digest) ended. */
export interface TagEnd {
  readonly tag?: string | undefined
  readonly digest: string
  readonly seconds: number
  readonly result?: CopyResult
  readonly error?: unknown
  /** Artifacts without their image: told only when they fail. */
  readonly loose?: boolean
}

export interface Refused {
  readonly artifact: Artifact
  /** What was not copied and why, for people. */
  readonly message: string
  /** Another try would end the same. */
  readonly lasting: boolean
}

/** Where a registry says nothing: a throttle passes soon, a quota's window is hours long. */
const THROTTLE_SECONDS = 60
const QUOTA_SECONDS = 3_600
/** What fits in an alert, and in the variable that carries the outcome. */
const MAX_MESSAGE = 1_000

export function resultOf(
  ends: readonly TagEnd[],
  seconds: number,
  requests: SyncResult['requests'],
  { warnings: before = [] }: Pick<WorkOrder, 'warnings'> = {},
): SyncResult {
  const warnings = [...new Set([...before, ...warningsOf(ends).map(({ message }) => message)])]
  const told = ends.filter(({ loose, error }) => !loose || error !== undefined)
  return { outcome: outcomeOf(ends, warnings.length, seconds), tags: told.map(tagResult), warnings, requests }
}

/** What could not be copied, so that not every run tries it. */
export function refusedIn(ends: readonly TagEnd[]): Refused[] {
  return warningsOf(ends).flatMap(({ message, refused, lasting = false }) =>
    refused === undefined ? [] : [{ artifact: refused, message, lasting }],
  )
}

function warningsOf(ends: readonly TagEnd[]): Warning[] {
  return ends.flatMap(({ result }) => result?.warnings ?? [])
}

function tagResult({ tag, digest, seconds, result, error }: TagEnd): SyncResult['tags'][number] {
  return {
    ...(tag === undefined ? {} : { tag }),
    digest,
    status: result?.status ?? (isForLater(error) ? 'deferred' : 'failed'),
    bytes: result?.bytes ?? 0,
    seconds,
    ...(result === undefined ? {} : { blobs: result.blobs }),
  }
}

/** An error that may be gone the next time, so that the build should fail and be tried again. */
export function transientError(ends: readonly TagEnd[]): unknown {
  const errors = failuresOf(ends).map(({ error }) => error)
  if (errors.some(isForLater)) return undefined
  return errors.find((error) => !isPermanent(describeFailure(error)))
}

/** Waiting for a limit helps the other tags too, so it comes before every failure; those are met again then. */
function outcomeOf(ends: readonly TagEnd[], warnings: number, seconds: number): SyncOutcome {
  const failed = failuresOf(ends)
  const later = failed.filter(({ error }) => isForLater(error))
  const counts = { ...totals(ends), seconds, warnings }
  if (failed.length === 0) return { status: 'synced', ...counts }
  if (later.length === 0) return { status: 'failed', ...counts, error: summary(failed, ends.length) }
  const retryAfterSeconds = Math.max(...later.map(({ error }) => waitFor(error)))
  return { status: 'deferred', retryAfterSeconds, ...counts, error: summary(later, ends.length) }
}

function failuresOf(ends: readonly TagEnd[]): TagEnd[] {
  return ends.filter(({ error }) => error !== undefined)
}

function isForLater(error: unknown): boolean {
  return error instanceof DeadlineReached || describeFailure(error).name === ErrorName.RateLimited
}

function isPermanent({ name }: Failure): boolean {
  return PERMANENT_ERRORS.some((permanent) => permanent === name)
}

function waitFor(error: unknown): number {
  if (error instanceof DeadlineReached) return 1
  const quota = error instanceof RegistryError && error.quotaExhausted
  const seconds = describeFailure(error).retryAfterSeconds ?? (quota ? QUOTA_SECONDS : THROTTLE_SECONDS)
  return Math.ceil(Math.min(Math.max(seconds, 1), MAX_RETRY_AFTER_SECONDS))
}

function totals(ends: readonly TagEnd[]): Pick<SyncOutcome, 'bytes' | 'blobs'> {
  const sum = (count: (result: CopyResult) => number): number =>
    ends.reduce((total, { result }) => total + (result ? count(result) : 0), 0)
  return {
    bytes: sum(({ bytes }) => bytes),
    blobs: {
      copied: sum(({ blobs }) => blobs.copied),
      mounted: sum(({ blobs }) => blobs.mounted),
      present: sum(({ blobs }) => blobs.present),
    },
  }
}

/** The first cause by name, and every tag that failed with what was said about it, as far as there is room. */
function summary(failed: readonly TagEnd[], of: number): { name: string; message: string } {
  const { name, message } = describeFailure(failed[0]?.error)
  if (of === 1) return { name, message: shortened(message, MAX_MESSAGE) }
  const told = failed.map(({ tag, digest, error }) => `${tag ?? digest}: ${describeFailure(error).message}`)
  return { name, message: shortened(`${failed.length} of ${of} tags: ${told.join('; ')}`, MAX_MESSAGE) }
}
