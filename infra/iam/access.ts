/**
 * Access that the list requires: the repositories that runs write, the ECR repositories that they read, and the secrets
 * that they use. All policies derive from it.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { List } from '../../mirror/list/config.ts'
import { longForm, readEntry } from '../../mirror/list/entry.ts'
import { kmsArnOf } from '../../mirror/list/proof/kms-key.ts'
import { rulesOf } from '../../mirror/list/proof/verify-rules.ts'
import {
  ownRepositories,
  repositoriesAt,
  repositoriesOfAccount,
} from '../../mirror/list/targets/repositories-at.ts'
import { mayPrune } from '../../mirror/list/time/may-prune.ts'
import { type SettingsActions, settingsActions } from '../../mirror/repositories/actions.ts'
import { ECR_PUBLIC, parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import { repositoryArn } from './arns.ts'

export interface Access {
  /** Names of target repositories; `*` matches any characters. */
  readonly targets: readonly string[]
  readonly regions: readonly string[]
  /** ARNs of ECR repositories that are sources. */
  readonly sources: readonly string[]
  /** Repositories of this account that receive pushes; `*` matches any characters. */
  readonly pushed: { readonly names: readonly string[]; readonly regions: readonly string[] }
  /** ARNs of the secrets of sources. */
  readonly secrets: readonly string[]
  /** ARNs of the secrets of targets. */
  readonly targetSecrets: readonly string[]
  /** ARNs of the roles of targets in other accounts. */
  readonly targetRoles: readonly string[]
  /** ARNs of the roles of sources in other accounts. */
  readonly sourceRoles: readonly string[]
  /** Targets in other accounts whose policies let the own roles in. */
  readonly otherAccounts: readonly OtherAccount[]
  /** ARNs of KMS keys that verify images. */
  readonly keys: readonly string[]
  /** Whether an entry has `prune`, or expires with it. */
  readonly prunes: boolean
  /** Whether ECR Public is read with our own credentials. */
  readonly ecrPublic: boolean
  /** Names of target repositories in ECR Public, without the alias; `*` matches any characters. */
  readonly publicTargets: readonly string[]
  /** What the settings of target repositories need. */
  readonly settings: SettingsActions
}

interface OtherAccount {
  readonly account: string
  readonly regions: readonly string[]
  /** Names of repositories; `*` matches any characters. */
  readonly targets: readonly string[]
  readonly settings: SettingsActions
}

export function accessOf(scope: Construct, list: List, targets?: readonly string[]): Access {
  return {
    targets: list.regions.length === 0 ? [] : (targets ?? targetsOf(list)),
    regions: list.regions,
    sources: distinct(sourcesOf(scope, list)),
    pushed: { names: list.push?.repositories ?? [], regions: list.push?.from ?? [Stack.of(scope).region] },
    secrets: secretArns(scope, credentialsOf(list)),
    targetSecrets: secretArns(scope, targetCredentialsOf(list)),
    targetRoles: distinct(targetRolesOf(list)),
    sourceRoles: distinct(sourceRolesOf(list)),
    otherAccounts: otherAccountsOf(list),
    keys: distinct(keysOf(list)),
    prunes: mayPrune(list),
    ecrPublic: list.registries?.[ECR_PUBLIC]?.credentials === 'iam',
    publicTargets: publicTargetsOf(list),
    settings: settingsActions(list, ({ kind }) => kind === 'region'),
  }
}

function targetsOf(list: List): string[] {
  return distinct([...ownRepositories(list), ...(list.push?.repositories ?? [])])
}

function sourcesOf(scope: Construct, list: List): string[] {
  return list.images.flatMap((entry) => {
    const { registry, repository } = readEntry(entry, list).ref
    const ecr = parseEcrHost(registry)
    const isAssumed = list.registries?.[registry]?.role !== undefined
    return ecr === undefined || isAssumed ? [] : [repositoryArn(scope, { ...ecr, name: repository })]
  })
}

function credentialsOf(list: List): string[] {
  const named = [list.defaults, ...list.images.map(longForm)].map((settings) => settings?.credentials)
  return named.filter((secret) => secret !== undefined)
}

function targetCredentialsOf({ targets = {} }: List): string[] {
  return Object.values(targets).flatMap((target) =>
    'credentials' in target ? (target.credentials ?? []) : [],
  )
}

function targetRolesOf({ targets = {} }: List): string[] {
  return Object.values(targets).flatMap((target) => ('account' in target ? (target.role ?? []) : []))
}

function sourceRolesOf({ registries = {} }: List): string[] {
  return Object.values(registries).flatMap(({ role }) => role ?? [])
}

function otherAccountsOf(list: List): OtherAccount[] {
  return Object.entries(list.targets ?? {}).flatMap(([name, target]) =>
    'account' in target && target.role === undefined
      ? [
          {
            account: target.account,
            regions: target.regions,
            targets: repositoriesOfAccount(list, name),
            settings: settingsActions(list, ({ id }) => id.startsWith(`${name}/`)),
          },
        ]
      : [],
  )
}

function publicTargetsOf(list: List): string[] {
  const given = Object.entries(list.targets ?? {})
  return distinct(
    given.flatMap(([name, target]) => {
      if (!('registry' in target) || target.registry !== ECR_PUBLIC) return []
      const { namespace } = target
      const prefix = namespace?.includes('/') ? namespace : undefined
      return repositoriesAt(list, ({ id }) => id === name, prefix)
    }),
  ).map((repository) => repository.slice(repository.indexOf('/') + 1))
}

function secretArns(scope: Construct, names: readonly string[]): string[] {
  return distinct(names.map((name) => secretArn(scope, name)))
}

function keysOf(list: List): string[] {
  const rules = [list.defaults, ...list.images.map(longForm)].flatMap((settings) => rulesOf(settings?.verify))
  return rules.flatMap(({ key }) => (key === undefined ? [] : (kmsArnOf(key) ?? [])))
}

/** Secrets Manager appends a suffix of six random characters to a name. */
function secretArn(scope: Construct, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${nameOrArn}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
