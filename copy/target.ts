/** A job's state for the repository that it writes to. */
import { ErrorName } from '../mirror/error-name.ts'
import { namedError } from '../mirror/failure.ts'
import { RegistryError } from '../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../registry/model/manifest.ts'
import { isEcr, type Repository } from '../registry/model/registry.ts'
import type { BlobOutcome } from './blobs/blob-outcome.ts'
import type { Stock } from './blobs/stock.ts'
import { type Budget, createBudget, type Reservation } from './budget.ts'
import { createLock, createOnce, type Lock, type Once } from './once.ts'
import { type RateLimiter, unlimited } from './rate-limiter.ts'

/** Budget for manifest bytes. Parsing takes about four times as much memory. */
const MANIFEST_BYTES = 16 * 1024 * 1024

/** A manifest whose content is complete at the target. */
export interface Prepared {
  readonly descriptor: Descriptor
  /** True if the target already had the manifest itself. */
  readonly there: boolean
  /** The manifest, if it had to be read. A large one is dropped after it is put. */
  manifest?: Manifest | undefined
  /** Its share of the memory budget, until it is put. */
  readonly hold?: Reservation | undefined
}

export interface Target {
  readonly repository: Repository
  /**
   * True if the presence of a manifest proves the presence of its content: ECR rejects incomplete manifests and keeps
   * all content that a manifest refers to. Elsewhere the copier checks the content too.
   */
  readonly provesContent: boolean
  readonly pace: RateLimiter
  readonly prepared: Once<Prepared>
  readonly manifests: Once<void>
  /** For manifests without children: an index may have thousands of them, of several megabytes each. */
  readonly memory: Budget
  readonly blobs: Once<BlobOutcome>
  /** Sibling repositories from which the registry refused to mount; they are not tried again. */
  readonly declinedMounts: Set<string>
  /** Features detected from responses. */
  readonly traits: { indexesSubjects: boolean }
  /** Serialises the read-modify-write of a fallback tag. */
  readonly lock: Lock
  /** What the registry holds, if other jobs of the process write to it too. */
  readonly stock?: Stock | undefined
}

export interface TargetOptions {
  /** @default - true for ECR */
  readonly provesContent?: boolean
  /** @default - no pause between manifests */
  readonly pace?: RateLimiter
  /** @default - the job's own */
  readonly lock?: Lock
  /** @default - blobs are brought to this repository without regard to others */
  readonly stock?: Stock
}

export function createTarget(repository: Repository, options: TargetOptions = {}): Target {
  return {
    repository,
    provesContent: options.provesContent ?? isEcr(repository),
    pace: options.pace ?? unlimited,
    prepared: createOnce(),
    manifests: createOnce(),
    memory: createBudget(MANIFEST_BYTES),
    blobs: createOnce(),
    declinedMounts: new Set(),
    traits: { indexesSubjects: false },
    lock: options.lock ?? createLock(),
    stock: options.stock,
  }
}

/** Converts "not found" at a target, which means that the repository is missing. */
export function targetError(error: unknown, repository: Repository): unknown {
  if (!(error instanceof RegistryError) || error.kind !== 'notFound') return error
  return namedError(
    ErrorName.InvalidTarget,
    `the target repository ${repository.name} does not exist: create it, or find out what deletes it (${error.message})`,
    error,
  )
}
