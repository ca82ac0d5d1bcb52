/** The result of `plan` as a JSON document. text.ts renders it for people. */
import type { FailedTag, KeptTag } from '../../mirror/documents.ts'
import type { SelectionCounts } from '../../mirror/resolve/select/stages.ts'

export interface PlanDocument {
  /** The list's path. */
  readonly list: string
  readonly images: readonly ImagePlan[]
  readonly counts: PlanCounts
  /** Entries that have expired, or will soon. @default - none */
  readonly notices?: readonly string[]
  /** Requests to sources. */
  readonly requests: { readonly requests: number; readonly countedPulls: number }
}

export interface ImagePlan {
  /** The source as written in the list. */
  readonly image: string
  /** The repository, if its name is the same at all targets. */
  readonly repository?: string | undefined
  /** What each stage of the selection drops. Undefined if the list names the tags. */
  readonly selection?: SelectionCounts | undefined
  /** The selected tags that the source delivers. */
  readonly tags: readonly PlannedTag[]
  /** The selected tags that it does not deliver. */
  readonly failed: readonly FailedTag[]
  /** The number of signatures, SBOMs and other artifacts. */
  readonly artifacts: number
  readonly warnings: readonly string[]
  /** The failure of the source, which fails all targets. */
  readonly error?: PlanFailure | undefined
  readonly targets: readonly TargetPlan[]
}

export interface PlannedTag {
  readonly tag?: string | undefined
  readonly digest: string
}

export interface TargetPlan {
  /** The target's id. */
  readonly target: string
  /** The repository there. */
  readonly repository: string
  /** `stale`: something would be copied. `missing`: the same, and the target has none of the tags. */
  readonly status: 'inSync' | 'stale' | 'missing' | 'failed'
  /** Whether its repository would be created. */
  readonly createsRepository: boolean
  /** The settings that the list gives a repository to create. */
  readonly settings?: string
  /** How the settings of an existing repository differ from the list. */
  readonly differences?: readonly string[]
  /** The tags that would be written. */
  readonly tags: readonly (PlannedTag & {
    /** What the tag points to now, if the target has it. */
    readonly from?: string
  })[]
  /** Tags that the target keeps, because of `tags.missingOnly`, although the source has another digest. */
  readonly kept?: readonly KeptTag[]
  /** The digests of artifacts that would be copied. */
  readonly artifacts: readonly string[]
  /** Size of the content that the target lacks. Undefined if unknown. */
  readonly bytes?: number | undefined
  readonly error?: PlanFailure
}

export interface PlanFailure {
  readonly name: string
  readonly message: string
}

export interface PlanCounts {
  readonly images: number
  readonly pairs: number
  readonly inSync: number
  readonly stale: number
  readonly missing: number
  readonly failed: number
  /** Tags that sources do not deliver. */
  readonly failedTags: number
  /** The sum for all pairs whose bytes are known. */
  readonly bytes: number
  readonly repositories: number
}

export function countsOf(images: readonly ImagePlan[]): PlanCounts {
  const pairs = images.flatMap(({ targets }) => targets)
  const ofStatus = (wanted: TargetPlan['status']): number =>
    pairs.filter(({ status }) => status === wanted).length
  return {
    images: images.length,
    pairs: pairs.length,
    inSync: ofStatus('inSync'),
    stale: ofStatus('stale'),
    missing: ofStatus('missing'),
    failed: ofStatus('failed'),
    failedTags: images.reduce((sum, { failed }) => sum + failed.length, 0),
    bytes: pairs.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    repositories: pairs.filter(({ createsRepository }) => createsRepository).length,
  }
}

/** 0 nothing to do, 1 something failed, 3 something to do. */
export function exitStatus({ failed, failedTags, stale, missing }: PlanCounts): number {
  if (failed + failedTags > 0) return 1
  return stale + missing > 0 ? 3 : 0
}
