/** What came of a copy, as one document: for programs as it is, for people in words (copy-text.ts). */
import type { SyncResult } from '../../mirror/documents.ts'
import { describeFailure } from '../../mirror/failure.ts'
import { formatReference, type ImageRef } from '../../registry/model/reference.ts'
import type { Traffic } from '../../registry/model/registry.ts'

export interface CopyDocument {
  readonly source: string
  readonly dryRun: boolean
  readonly seconds: number
  /** What was asked of the source. */
  readonly requests: Traffic
  readonly targets: readonly TargetReport[]
  /** What went wrong at the source, so that no target could be helped. */
  readonly error?: Failure
  readonly warning?: string
}

export interface TargetReport {
  readonly target: string
  /** `stale` is for a dry run: something would be copied. */
  readonly outcome: 'synced' | 'inSync' | 'stale' | 'deferred' | 'failed'
  /** Of blobs, uploaded. */
  readonly bytes: number
  readonly blobs: { readonly copied: number; readonly mounted: number; readonly present: number }
  readonly seconds: number
  readonly tags: readonly TagReport[]
  readonly warnings: readonly string[]
  readonly error?: Failure
  /** For `deferred`. */
  readonly retryAfterSeconds?: number
}

export interface TagReport {
  readonly tag?: string | undefined
  readonly digest: string
  readonly status: 'copied' | 'present' | 'stale' | 'failed' | 'deferred'
  readonly bytes: number
  readonly seconds: number
}

/** What a dry run found at a target. */
export interface Comparison {
  readonly tags: readonly TagReport[]
  /** What is about the image and not there yet, in words. */
  readonly missing: readonly string[]
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

export function compared(ref: ImageRef, { tags, missing }: Comparison): TargetReport {
  const same = missing.length === 0 && tags.every(({ status }) => status === 'present')
  return {
    ...NOTHING,
    target: formatReference(ref),
    outcome: same ? 'inSync' : 'stale',
    tags,
    warnings: missing,
  }
}

/** For a target that was not even begun with. */
export function failed(ref: ImageRef, cause: unknown): TargetReport {
  const { name, message, retryAfterSeconds } = describeFailure(cause)
  const error = { name, message }
  const failure = { ...NOTHING, target: formatReference(ref), error }
  if (name !== 'RateLimited') return { ...failure, outcome: 'failed' }
  return { ...failure, outcome: 'deferred', retryAfterSeconds: Math.ceil(retryAfterSeconds ?? 60) }
}

/** True when the target holds what it should, or could be compared. */
export function isGood({ outcome }: TargetReport): boolean {
  return outcome !== 'failed' && outcome !== 'deferred'
}
