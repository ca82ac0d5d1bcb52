/** The result of a copy as a JSON document. text.ts renders it for people. */
import type { SyncResult } from '../../mirror/documents.ts'
import { describeFailedTags } from '../../mirror/failed-tags.ts'
import { describeFailure } from '../../mirror/failure.ts'
import { formatReference, type ImageRef } from '../../registry/model/reference.ts'
import type { Traffic } from '../../registry/model/registry.ts'

export interface CopyDocument {
  readonly source: string
  readonly dryRun: boolean
  readonly seconds: number
  /** Requests to the source. */
  readonly requests: Traffic
  readonly targets: readonly TargetReport[]
  /** The failure of the source, which fails all targets. */
  readonly error?: Failure
  readonly warning?: string
}

export interface TargetReport {
  readonly target: string
  /** A dry run returns `stale` if something would be copied, and `missing` if the target has none of the tags. */
  readonly outcome: 'synced' | 'inSync' | 'stale' | 'missing' | 'deferred' | 'failed'
  /** Blob bytes uploaded. */
  readonly bytes: number
  readonly blobs: { readonly copied: number; readonly mounted: number; readonly present: number }
  readonly seconds: number
  readonly tags: readonly TagReport[]
  readonly warnings: readonly string[]
  readonly error?: Failure
  /** Only for `deferred`. */
  readonly retryAfterSeconds?: number
}

export interface TagReport {
  readonly tag?: string | undefined
  /** Missing if the source does not deliver the tag. */
  readonly digest?: string | undefined
  readonly status: 'copied' | 'present' | 'stale' | 'missing' | 'failed' | 'deferred'
  /** Why it failed, or was deferred. */
  readonly error?: Failure | undefined
  readonly bytes: number
  readonly seconds: number
}

/** The result of a dry run for one target. */
export interface Comparison {
  readonly tags: readonly TagReport[]
  /** A sentence for each artifact that the target lacks. */
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

interface Failure {
  readonly name: string
  readonly message: string
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
    tags,
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
