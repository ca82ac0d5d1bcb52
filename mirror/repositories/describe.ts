/** Describes the settings that a new repository gets, for plans. */
import type { RepositorySettings } from '../list/repositories/schema.ts'
import { describeRules } from './lifecycle.ts'
import { describeMutability } from './mutability.ts'
import { type EcrTarget, wantedSettings } from './wanted.ts'

/** `immutable tags; lifecycle policy "…"`: what the list states. Empty if it states nothing. */
export function describeNew(settings: RepositorySettings, target: EcrTarget): string {
  const { immutableTags, scanOnPush, encryption, lifecycle, policy, tags } = wantedSettings(settings, target)
  const names = Object.keys(tags)
  return [
    ...(immutableTags === undefined ? [] : [`tags ${describeMutability(immutableTags)}`]),
    ...(scanOnPush === undefined ? [] : [scanOnPush ? 'scan on push' : 'no scan on push']),
    ...(encryption === undefined ? [] : [`encryption ${encryption.kmsKey ?? encryption.type}`]),
    ...(lifecycle === undefined ? [] : [`lifecycle policy "${describeRules(lifecycle)}"`]),
    ...(policy === undefined ? [] : [`policy ${policy.map(({ Sid }) => String(Sid)).join(', ')}`]),
    ...(names.length === 0 ? [] : [`resource tags ${names.join(', ')}`]),
  ].join('; ')
}
