/** Permissions of each program on the repositories, secrets and roles that the list names. */
import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ENCRYPT, type SettingsActions } from '../../mirror/repositories/actions.ts'
import {
  CREATE,
  DELETE,
  LOG_IN_ACTION,
  LOOK_AT_SOURCES,
  LOOK_AT_TARGETS,
  PULL,
  PUSH,
  PUSH_PUBLIC,
} from '../../mirror/target-account/actions.ts'
import type { Access } from './access.ts'
import { inRegions, repositoryArn, targetArns } from './arns.ts'
import type { Grant } from './grant.ts'

/** Permissions of Resolve to read metadata from sources, and to verify images. */
export function lookAtSources(scope: Construct, access: Access): Grant[] {
  const sources = fromSources(scope, LOOK_AT_SOURCES, access)
  const keys: Grant = { actions: ['kms:GetPublicKey'], resources: access.keys }
  return [
    ...sources,
    readSecrets(access.secrets),
    keys,
    ...assumeRoles(access.sourceRoles),
    LOG_IN,
    ...logInToPublic(access),
  ]
}

/** Permissions of Diff to read metadata from targets. */
export function lookAtTargets(scope: Construct, access: Access): Grant[] {
  return [
    ...toTargets(scope, LOOK_AT_TARGETS, access, 'readers'),
    readSecrets(access.targetSecrets),
    ...assumeRoles(access.targetRoles),
    LOG_IN,
    ...logInToPublic({ ecrPublic: access.publicTargets.length > 0 }),
  ]
}

/** Permissions of Prune to delete tags at targets, with the digests that were written there. */
export function deleteFromTargets(scope: Construct, access: Access): Grant[] {
  return [
    ...toTargets(scope, [...LOOK_AT_TARGETS, DELETE], access),
    readSecrets(access.targetSecrets),
    ...assumeRoles(access.targetRoles),
    LOG_IN,
  ]
}

/** Permissions of Sync to copy from sources and targets to targets. */
export function copyToTargets(scope: Construct, access: Access): Grant[] {
  return [
    ...fromSources(scope, PULL, access),
    readSecrets([...new Set([...access.secrets, ...access.targetSecrets])]),
    ...toTargets(scope, [...PULL, ...PUSH, ...CREATE], access, 'creators'),
    ...encryptTargets(scope, access),
    ...assumeRoles([...new Set([...access.sourceRoles, ...access.targetRoles])]),
    LOG_IN,
    ...toPublic(scope, access),
    ...logInToPublic({ ecrPublic: access.ecrPublic || access.publicTargets.length > 0 }),
  ]
}

export const LOG_IN: Grant = {
  actions: [LOG_IN_ACTION],
  resources: ['*'],
  wildcard: 'ecr:GetAuthorizationToken has no resource-level permissions',
}

/** https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html */
function logInToPublic({ ecrPublic }: Pick<Access, 'ecrPublic'>): Grant[] {
  const actions = ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']
  const wildcard = 'a token for ECR Public does not belong to a repository'
  return ecrPublic ? [{ actions, resources: ['*'], wildcard }] : []
}

/** Reading needs no permission there. */
function toPublic(scope: Construct, { publicTargets }: Access): Grant[] {
  const resources = publicTargets.map((resourceName) =>
    Stack.of(scope).formatArn({ service: 'ecr-public', region: '', resource: 'repository', resourceName }),
  )
  const wildcard = 'runs create the repositories below the namespace'
  return [{ actions: PUSH_PUBLIC, resources, wildcard }]
}

function fromSources(scope: Construct, actions: readonly string[], { sources, pushed }: Access): Grant[] {
  const wildcard = 'the list names these source repositories by a pattern'
  return [
    { actions, resources: sources, wildcard },
    { actions, resources: inRegions(scope, pushed.names), regions: pushed.regions, wildcard },
  ]
}

function readSecrets(secrets: readonly string[]): Grant {
  return {
    actions: ['secretsmanager:GetSecretValue'],
    resources: secrets,
    wildcard: 'Secrets Manager appends six characters to the name in the list',
  }
}

/** What may be done in another account is for the role's own policies to say. */
function assumeRoles(roles: readonly string[]): Grant[] {
  return roles.length === 0 ? [] : [{ actions: ['sts:AssumeRole'], resources: roles }]
}

/** Limited to calls through ECR, because a caller who may create grants on a key can let others use it. */
function encryptTargets(scope: Construct, { settings, regions, otherAccounts }: Access): Grant[] {
  const keys = [settings, ...otherAccounts.map((other) => other.settings)].flatMap((one) => one.keys)
  if (keys.length === 0) return []
  const { urlSuffix } = Stack.of(scope)
  const all = new Set([...regions, ...otherAccounts.flatMap((other) => other.regions)])
  const services = [...all].map((region) => `ecr.${region}.${urlSuffix}`)
  return [{ actions: ENCRYPT, resources: [...new Set(keys)], equals: { 'kms:ViaService': services } }]
}

/** @param settings - the actions on settings to add. @default - none */
function toTargets(
  scope: Construct,
  actions: readonly string[],
  access: Access,
  settings?: 'readers' | 'creators',
): Grant[] {
  const wildcard = 'a condition names the regions, and runs create the repositories below the prefix'
  const { targets, regions, otherAccounts } = access
  const withSettings = (own: SettingsActions) => [
    ...actions,
    ...(settings === undefined ? [] : own[settings]),
  ]
  return [
    { actions: withSettings(access.settings), resources: targetArns(scope, { targets }), regions, wildcard },
    ...otherAccounts.map((other) => ({
      actions: withSettings(other.settings),
      resources: other.targets.map((name) =>
        repositoryArn(scope, { account: other.account, region: '*', name }),
      ),
      regions: other.regions,
      wildcard,
    })),
  ]
}
