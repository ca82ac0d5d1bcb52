/** What a job knows of the one repository that it writes to. */
import { ErrorName } from '../mirror/error-name.ts'
import { namedError } from '../mirror/failure.ts'
import { RegistryError } from '../registry/model/errors.ts'
import type { Descriptor, Manifest } from '../registry/model/manifest.ts'
import type { EcrRepository, Repository } from '../registry/model/registry.ts'
import { type Budget, createBudget, type Hold } from './budget.ts'
import { createLock, createOnce, type Lock, type Once } from './once.ts'
import { type Pace, unpaced } from './pace.ts'

/** With what is made of them while they are read, about four times as much. */
const MANIFEST_BYTES = 16 * 1024 * 1024

/** How a blob came to be at the target. */
export type BlobFate = 'copied' | 'mounted' | 'present'

/** A manifest whose content is complete at the target. */
export interface Prepared {
  readonly descriptor: Descriptor
  /** True when the manifest itself was there already. */
  readonly there: boolean
  /** Its bytes, where they had to be read; of a large one until it is put. */
  manifest?: Manifest | undefined
  /** What it takes of the target's budget until it is put. */
  readonly hold?: Hold | undefined
}

export interface Target {
  readonly repository: Repository
  /**
   * True where a manifest that is there proves that all its content is: ECR accepts none with a part missing and
   * never deletes a part that a manifest needs. Elsewhere the parts are asked for as well.
   */
  readonly provesContent: boolean
  readonly pace: Pace
  readonly prepared: Once<Prepared>
  readonly manifests: Once<void>
  /** For manifests that refer to no others: an index may have thousands of them, of megabytes each. */
  readonly memory: Budget
  readonly blobs: Once<BlobFate>
  /** Sibling repositories whose blobs this registry would not link: not asked again. */
  readonly declinedMounts: Set<string>
  /** What it was found to do. */
  readonly traits: { indexesSubjects: boolean }
  /** Serialises the read-modify-write of a fallback tag. */
  readonly lock: Lock
}

export interface TargetOptions {
  /** @default - true for ECR */
  readonly provesContent?: boolean
  /** @default - no pause between manifests */
  readonly pace?: Pace
}

export function createTarget(repository: Repository, options: TargetOptions = {}): Target {
  return {
    repository,
    provesContent: options.provesContent ?? isEcr(repository),
    pace: options.pace ?? unpaced,
    prepared: createOnce(),
    manifests: createOnce(),
    memory: createBudget(MANIFEST_BYTES),
    blobs: createOnce(),
    declinedMounts: new Set(),
    traits: { indexesSubjects: false },
    lock: createLock(),
  }
}

export function isEcr(repository: Repository): repository is EcrRepository {
  return 'presentDigests' in repository
}

/** At a target "not found" does not speak of the image: the repository is missing. */
export function ofTarget(error: unknown, repository: Repository): unknown {
  if (!(error instanceof RegistryError) || error.kind !== 'notFound') return error
  return namedError(
    ErrorName.InvalidTarget,
    `the target repository ${repository.name} does not exist: create it, or check who deletes it (${error.message})`,
    error,
  )
}
