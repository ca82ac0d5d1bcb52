/** Compares a repository with the list: what differs, the change that mends it, and whether that makes it less strict. */
import type { RepositoryState, SettingsChange } from '../../registry/model/registry.ts'
import type { RepositorySettings } from '../list/repositories/schema.ts'
import { listed } from '../words.ts'
import { deletesNoMore, describeRules, lifecycleText, parseLifecycle, sameLifecycle } from './lifecycle.ts'
import { describeMutability, protectsAsMuch, sameMutability } from './mutability.ts'
import { admitsNoMore, differingStatements, MAX_POLICY, mergePolicy, ownStatements } from './policy.ts'
import type { Wanted, WantedEncryption } from './wanted.ts'

export interface Drift {
  /** The key in the list. */
  readonly key: Exclude<keyof RepositorySettings, 'reconcile'>
  /** What the repository has, and what the list wants: `it has x, and the list y`. */
  readonly text: string
  /** Undefined if it cannot be changed. */
  readonly change?: SettingsChange
  /** What the change allows that is not possible now. Undefined if it makes nothing less strict. */
  readonly loosens?: string
}

export function driftOf(wanted: Wanted, found: RepositoryState): Drift[] {
  return [
    ...mutabilityDrift(wanted, found),
    ...scanDrift(wanted, found),
    ...encryptionDrift(wanted, found),
    ...lifecycleDrift(wanted, found),
    ...policyDrift(wanted, found),
    ...tagsDrift(wanted, found),
  ]
}

function mutabilityDrift({ immutableTags: wanted }: Wanted, { mutability: found }: RepositoryState): Drift[] {
  if (wanted === undefined || sameMutability(wanted, found)) return []
  return [
    {
      key: 'immutableTags',
      text: `its tags are ${describeMutability(found)}, and in the list ${describeMutability(wanted)}`,
      change: { mutability: wanted },
      ...(!protectsAsMuch(found, wanted) && { loosens: 'tags could move that cannot now' }),
    },
  ]
}

function scanDrift({ scanOnPush: wanted }: Wanted, { scanOnPush: found }: RepositoryState): Drift[] {
  if (wanted === undefined || wanted === found) return []
  return [
    {
      key: 'scanOnPush',
      text: `its scan on push is ${found ? 'on' : 'off'}, and in the list ${wanted ? 'on' : 'off'}`,
      change: { scanOnPush: wanted },
      ...(!wanted && { loosens: 'images would no longer be scanned' }),
    },
  ]
}

/** ECR's own key has an ARN too, which is not known here: any key fits `kms: true`. */
function encryptionDrift({ encryption: wanted }: Wanted, { encryption: found }: RepositoryState): Drift[] {
  if (wanted === undefined) return []
  const isSame = wanted.type === found.type && (wanted.kmsKey === undefined || wanted.kmsKey === found.kmsKey)
  if (isSame) return []
  const text = `it is encrypted with ${describeKey(found)}, and in the list with ${describeKey(wanted)}`
  return [{ key: 'encryption', text }]
}

function describeKey({ type, kmsKey }: Pick<WantedEncryption, 'kmsKey'> & { readonly type: string }): string {
  if (kmsKey !== undefined) return kmsKey
  return type === 'KMS' ? "ECR's own KMS key" : type
}

function lifecycleDrift({ lifecycle: wanted }: Wanted, { lifecyclePolicy }: RepositoryState): Drift[] {
  if (wanted === undefined) return []
  const found = lifecyclePolicy === undefined ? [] : parseLifecycle(lifecyclePolicy)
  if (found !== undefined && sameLifecycle(found, wanted)) return []
  const has =
    found === undefined
      ? 'a lifecycle policy of another form'
      : found.length === 0
        ? 'no lifecycle policy'
        : `the lifecycle policy "${describeRules(found)}"`
  return [
    {
      key: 'lifecycle',
      text: `it has ${has}, and the list "${describeRules(wanted)}"`,
      change: { lifecyclePolicy: lifecycleText(wanted) },
      ...(!(found !== undefined && deletesNoMore(found, wanted)) && {
        loosens: 'ECR could delete images that it keeps now',
      }),
    },
  ]
}

function policyDrift({ policy: wanted }: Wanted, { policy }: RepositoryState): Drift[] {
  if (wanted === undefined) return []
  try {
    const found = ownStatements(policy)
    const differing = differingStatements(found, wanted)
    if (differing.length === 0) return []
    const text = `its policy differs from the list in ${listed(differing, 300)}`
    const merged = mergePolicy(policy, wanted)
    if (merged.length > MAX_POLICY) {
      const wrong = `together with the statements of others it would have ${merged.length} characters, and ECR allows ${MAX_POLICY}`
      return [{ key: 'policy', text: `${text}; ${wrong}` }]
    }
    return [
      {
        key: 'policy',
        text,
        change: { policy: merged },
        ...(!admitsNoMore(found, wanted) && { loosens: 'others could use the repository who cannot now' }),
      },
    ]
  } catch {
    return [{ key: 'policy', text: 'its policy cannot be read' }]
  }
}

/** Other resource tags stay. */
function tagsDrift({ tags: wanted }: Wanted, { tags: found }: RepositoryState): Drift[] {
  const differing = Object.entries(wanted).filter(([key, value]) => found[key] !== value)
  if (differing.length === 0) return []
  const text = listed(
    differing.map(([key, value]) => {
      const has = found[key]
      return has === undefined ? `${key} is missing` : `${key} is "${has}", and in the list "${value}"`
    }),
    300,
  )
  return [
    {
      key: 'tags',
      text: `its resource tags differ: ${text}`,
      change: { tags: Object.fromEntries(differing) },
    },
  ]
}
