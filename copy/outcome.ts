/** Aggregates the results of an order's tags into the outcome that the workflow acts on. */
import type { SyncOutcome } from '../mirror/contract.ts'
import type { Artifact, FailedTag, SyncResult } from '../mirror/documents.ts'
import { ErrorName, MAX_RETRY_AFTER_SECONDS, PERMANENT_ERRORS } from '../mirror/error-name.ts'
import { describeFailedTags, failedTag } from '../mirror/failed-tags.ts'
import { describeFailure, type Failure } from '../mirror/failure.ts'
import { RegistryError } from '../registry/model/errors.ts'
import type { CopyResult } from './copy.ts'
import { DeadlineReached } from './deadline.ts'
import type { Warning } from './images/artifacts.ts'

/** The result of one tag, or of one digest without a tag. */
export interface TagEnd {
  readonly tag?: string | undefined
  readonly digest: string
  readonly seconds: number
  readonly result?: CopyResult
  readonly error?: unknown
  /** True for artifacts copied without their image, which are reported only if they fail. */
  readonly loose?: boolean
}

export interface Refused {
  readonly artifact: Artifact
  /** The warning text: what was not copied, and why. */
  readonly message: string
  /** True if a retry would fail the same way. */
  readonly lasting: boolean
}

/** Waits without a Retry-After header: a throttle passes soon, but the window of a quota is hours long. */
const THROTTLE_SECONDS = 60
const QUOTA_SECONDS = 3_600

/** Results for the image from before the job. */
export interface EarlierResults {
  /** Tags that failed in Resolve. @default - none */
  readonly failed?: readonly FailedTag[] | undefined
  /** Total number of tags of the image. @default - the tags of the job */
  readonly wanted?: number | undefined
  /** Warnings about the image that apply to all targets. @default - none */
  readonly warnings?: readonly string[] | undefined
}

export function resultOf(
  ends: readonly TagEnd[],
  seconds: number,
  requests: SyncResult['requests'],
  before: EarlierResults = {},
): SyncResult {
  const own = warningsOf(ends).map(({ message }) => message)
  const warnings = [...new Set([...(before.warnings ?? []), ...own])]
  const reported = ends.filter(({ loose, error }) => !loose || error !== undefined)
  const tags = [...reported.map(tagResult), ...(before.failed ?? []).map(failedBefore)]
  const counts = { ...totals(ends), seconds, warnings: warnings.length }
  return { outcome: { ...counts, ...statusOf(ends, before) }, tags, warnings, requests }
}

/** Returns the artifacts that could not be copied, so that later runs can skip them. */
export function refusedArtifacts(ends: readonly TagEnd[]): Refused[] {
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
    ...(result === undefined ? { error: errorOf(failedTag({}, error)) } : {}),
    bytes: result?.bytes ?? 0,
    seconds,
    ...(result === undefined ? {} : { blobs: result.blobs }),
    ...(result?.backup === undefined ? {} : { backup: result.backup }),
  }
}

function failedBefore({ tag, digest, ...failure }: FailedTag): SyncResult['tags'][number] {
  return {
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
    status: 'failed',
    error: errorOf(failure),
    bytes: 0,
    seconds: 0,
  }
}

function errorOf({ name, message }: Pick<FailedTag, 'name' | 'message'>) {
  return { name, message }
}

/** Returns an error that a retry of the build may resolve, unless the rest is deferred anyway. */
export function transientError(ends: readonly TagEnd[]): unknown {
  const errors = failuresOf(ends).map(({ error }) => error)
  if (errors.some(isForLater)) return undefined
  return errors.find((error) => !isPermanent(describeFailure(error)))
}

/**
 * Returns `deferred` if any tag waits for a limit, because the next round retries the failed tags too. The error still
 * names the failed tags first, in case no further round follows.
 */
function statusOf(
  ends: readonly TagEnd[],
  before: EarlierResults,
): Pick<SyncOutcome, 'status' | 'retryAfterSeconds' | 'error'> {
  const later = failuresOf(ends).filter(({ error }) => isForLater(error))
  const lasting = failuresOf(ends).filter(({ error }) => !isForLater(error))
  const failed = [...(before.failed ?? []), ...lasting.map(asFailedTag)]
  const wanted = before.wanted ?? ends.length + (before.failed?.length ?? 0)
  const failure = failed.length === 0 ? undefined : describeFailedTags(failed, wanted)
  if (later.length > 0) {
    return {
      status: 'deferred',
      retryAfterSeconds: Math.max(...later.map(({ error }) => waitSeconds(error))),
      error: failure ?? describeFailedTags(later.map(asFailedTag), wanted, 'deferred'),
    }
  }
  return failure === undefined ? { status: 'synced' } : { status: 'failed', error: failure }
}

function asFailedTag({ tag, digest, error }: TagEnd): FailedTag {
  return failedTag({ tag, digest }, error)
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

/** How long to wait before a failure that asks for patience is tried again. */
export function waitSeconds(error: unknown): number {
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
