/**
 * IAM actions on the settings of repositories: only those that the list uses. `readers` compare repositories with the
 * list and change them (Diff), `creators` make new ones (Sync).
 */
import type { List } from '../list/config.ts'
import { readEntries } from '../list/entry.ts'
import { NONE, type RepositorySettings } from '../list/repositories/schema.ts'
import { elsewhereTargets, pushTargets } from '../list/repositories/unnamed-targets.ts'
import { type EcrTarget, isEcrTarget, statesAny, wantedSettings } from './wanted.ts'

export interface SettingsActions {
  /** Actions on repositories, to compare and to change their settings. */
  readonly readers: readonly string[]
  /** Actions on repositories, besides those to create them without documents. */
  readonly creators: readonly string[]
  /** ARNs of the keys that new repositories are encrypted with. */
  readonly keys: readonly string[]
}

/** What the creator of an encrypted repository needs: https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html */
export const ENCRYPT = ['kms:CreateGrant', 'kms:DescribeKey', 'kms:RetireGrant']

/** @param concerns - whether the permissions on a target are wanted */
export function settingsActions(list: List, concerns: (target: EcrTarget) => boolean): SettingsActions {
  const used = usesOf(list, concerns)
  const keys = new Set(used.flatMap(keysOf))
  return { ...actionsOf(used.map(({ settings }) => settings)), keys: [...keys] }
}

/** What the settings of an account's repositories need, whatever their names. */
export function actionsOfSettings(settings: RepositorySettings): SettingsActions {
  const { encryption } = settings
  const kms = typeof encryption === 'object' ? encryption.kms : true
  return {
    ...actionsOf([settings]),
    keys: kms === true ? [] : [...new Set(typeof kms === 'string' ? [kms] : Object.values(kms))],
  }
}

function actionsOf(used: readonly RepositorySettings[]): Omit<SettingsActions, 'keys'> {
  const states = (key: keyof RepositorySettings, settings: RepositorySettings): boolean =>
    settings[key] !== undefined && settings[key] !== NONE
  const uses = (key: keyof RepositorySettings): boolean => used.some((settings) => states(key, settings))
  const changes = (key: keyof RepositorySettings): boolean =>
    used.some((settings) => Boolean(settings.reconcile) && states(key, settings))
  return {
    readers: [
      ...(used.some(statesAny) ? ['ecr:DescribeRepositories', 'ecr:ListTagsForResource'] : []),
      ...(uses('lifecycle') ? ['ecr:GetLifecyclePolicy'] : []),
      ...(uses('policy') ? ['ecr:GetRepositoryPolicy'] : []),
      ...(changes('immutableTags') ? ['ecr:PutImageTagMutability'] : []),
      ...(changes('scanOnPush') ? ['ecr:PutImageScanningConfiguration'] : []),
      ...(changes('lifecycle') ? ['ecr:PutLifecyclePolicy'] : []),
      ...(changes('policy') ? ['ecr:SetRepositoryPolicy'] : []),
      ...(changes('tags') ? ['ecr:TagResource'] : []),
    ],
    creators: [
      ...(uses('lifecycle') || uses('policy') ? ['ecr:ListTagsForResource'] : []),
      ...(uses('lifecycle') ? ['ecr:PutLifecyclePolicy'] : []),
      ...(uses('policy') ? ['ecr:SetRepositoryPolicy'] : []),
    ],
  }
}

interface Use {
  readonly settings: RepositorySettings
  readonly targets: readonly EcrTarget[]
}

/** Pushes and images from elsewhere are copied with the settings of the list. */
function usesOf(list: List, concerns: (target: EcrTarget) => boolean): Use[] {
  const ofImages = list.images
    .flatMap((image) => readEntries(image, list))
    .map(({ settings, targets }) => ({
      settings: settings.repositories,
      targets: targets.filter(isEcrTarget).filter(concerns),
    }))
  const others = [...pushTargets(list), ...elsewhereTargets(list)]
  const ofOthers = { settings: list.repositories, targets: others.filter(concerns) }
  return [...ofImages, ofOthers].filter(({ targets }) => targets.length > 0)
}

function keysOf({ settings, targets }: Use): string[] {
  return targets.flatMap((target) => wantedSettings(settings, target).encryption?.kmsKey ?? [])
}
