/** What the settings of a list mean for the repository at one target: its creation, and what is compared with it. */
import type { CreateSettings } from '../../registry/model/registry.ts'
import { partitionOf } from '../list/partitions.ts'
import type { LifecycleRule } from '../list/repositories/lifecycle-schema.ts'
import { type Encryption, NONE, type RepositorySettings } from '../list/repositories/schema.ts'
import type { Target } from '../target.ts'
import { lifecycleRules, lifecycleText } from './lifecycle.ts'
import { type Mutability, mutabilityOf } from './mutability.ts'
import { mergePolicy, policyStatements, type Statement } from './policy.ts'

/** The resource tag of repositories that a mirror made. Only these are changed later. */
export const MANAGED = 'image-mirror:managed'

/** A target in ECR, of this account or of another. */
export type EcrTarget = Extract<Target, { region: unknown }>

/** By what the target has, not by its kind: a further kind outside ECR changes nothing here. */
export function isEcrTarget(target: Target): target is EcrTarget {
  return 'region' in target
}

/** The settings that the list states. Undefined ones are not compared. */
export interface Wanted {
  readonly immutableTags: Mutability | undefined
  readonly scanOnPush: boolean | undefined
  readonly encryption: WantedEncryption | undefined
  readonly lifecycle: readonly LifecycleRule[] | undefined
  readonly policy: readonly Statement[] | undefined
  readonly tags: Readonly<Record<string, string>>
}

export interface WantedEncryption {
  readonly type: 'AES256' | 'KMS'
  /** The ARN of the key. @default - ECR's own key */
  readonly kmsKey?: string | undefined
}

export function wantedSettings(settings: RepositorySettings, target: EcrTarget): Wanted {
  const { immutableTags, scanOnPush, encryption, lifecycle, policy, tags = {} } = settings
  const { region } = target
  return {
    immutableTags: immutableTags === undefined ? undefined : mutabilityOf(immutableTags),
    scanOnPush,
    encryption: encryption === undefined ? undefined : encryptionAt(encryption, target),
    lifecycle: lifecycle === undefined || lifecycle === NONE ? undefined : lifecycleRules(lifecycle),
    policy:
      policy === undefined || policy === NONE
        ? undefined
        : policyStatements(policy, { region, partition: partitionOf(region) }),
    tags,
  }
}

/** A key for a target's id goes before a key for its region. */
function encryptionAt(encryption: Encryption, { id, region }: EcrTarget): WantedEncryption {
  if (encryption === 'AES256') return { type: 'AES256' }
  const { kms } = encryption
  if (kms === true) return { type: 'KMS' }
  return { type: 'KMS', kmsKey: typeof kms === 'string' ? kms : (kms[id] ?? kms[region]) }
}

/** Whether the list states anything that can be compared with a repository. */
export function statesAny({ reconcile: _, ...settings }: RepositorySettings): boolean {
  return Object.values(settings).some(
    (value) =>
      value !== undefined && value !== NONE && (typeof value !== 'object' || Object.keys(value).length > 0),
  )
}

/** New repositories scan on push by default. Elsewhere than in ECR, only resource tags count. */
export function createSettings(settings: RepositorySettings, target: Target): CreateSettings {
  if (!isEcrTarget(target)) return { immutableTags: false, scanOnPush: false, tags: settings.tags ?? {} }
  const {
    immutableTags,
    scanOnPush = true,
    encryption,
    lifecycle,
    policy,
    tags,
  } = wantedSettings(settings, target)
  const { mode, filters } = immutableTags ?? mutabilityOf(false)
  return {
    immutableTags: mode !== 'MUTABLE',
    mutableTags: filters,
    scanOnPush,
    ...(encryption?.type === 'KMS' && { encryption: { kmsKey: encryption.kmsKey } }),
    ...(lifecycle && { lifecyclePolicy: lifecycleText(lifecycle) }),
    ...(policy && { policy: mergePolicy(undefined, policy) }),
    tags,
    mark: MANAGED,
  }
}
