/** Reports the result of a copy, or of a dry run, for one target. */
import type { SyncResult } from '../../mirror/documents.ts'
import { describeFailedTags } from '../../mirror/failed-tags.ts'
import { describeFailure } from '../../mirror/failure.ts'
import { formatReference, type ImageRef } from '../../registry/model/reference.ts'
import type { TagReport, TargetReport } from './schema.ts'

/** The result of a dry run for one target. */
export interface Comparison {
  readonly tags: readonly TagReport[]
  /** A sentence for each artifact that the target lacks. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

const NOTHING = { bytes: 0, blobs: { copied: 0, mounted: 0, present: 0 }, seconds: 0, tags: [], warnings: [] }

export function reportOf(ref: ImageRef, { outcome, tags, warnings }: SyncResult): TargetReport {
  const { status, bytes, blobs, seconds, error, retryAfterSeconds } = outcome
  const untouched = status === 'synced' && tags.every((tag) => tag.status === 'present')
  return {
    target: formatReference(ref),
    outcome: untouched ? 'inSync' : status,
    bytes,
    blobs,
    seconds,
    tags,
    warnings,
    ...(error === undefined ? {} : { error }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  }
}

export function compared(ref: ImageRef, comparison: Comparison): TargetReport {
  const { tags, missing, warnings } = comparison
  const failed = tags.flatMap(({ error, ...of }) => (error === undefined ? [] : [{ ...of, ...error }]))
  return {
    ...NOTHING,
    target: formatReference(ref),
    outcome: failed.length > 0 ? 'failed' : outcomeOf(comparison),
    tags: [...tags],
    warnings: [...warnings, ...missing],
    ...(failed.length === 0 ? {} : { error: describeFailedTags(failed, tags.length) }),
  }
}

function outcomeOf({ tags, missing }: Comparison): TargetReport['outcome'] {
  if (tags.every(({ status }) => status === 'missing')) return 'missing'
  return missing.length === 0 && tags.every(({ status }) => status === 'present') ? 'inSync' : 'stale'
}

/** Returns the report of a target to which nothing was copied. */
export function failed(ref: ImageRef, cause: unknown): TargetReport {
  const { name, message, retryAfterSeconds } = describeFailure(cause)
  const error = { name, message }
  const failure = { ...NOTHING, target: formatReference(ref), error }
  if (name !== 'RateLimited') return { ...failure, outcome: 'failed' }
  return { ...failure, outcome: 'deferred', retryAfterSeconds: Math.ceil(retryAfterSeconds ?? 60) }
}

/** Returns true if the target holds the image. */
export function isGood({ outcome }: TargetReport): boolean {
  return outcome === 'synced' || outcome === 'inSync'
}
