/**
 * Access that the list requires: the repositories that runs write, the ECR repositories that they read, and the secrets
 * that they use. All policies derive from it.
 */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { List } from '../../mirror/list/config.ts'
import { longForm, readEntries, readEntry } from '../../mirror/list/entry.ts'
import { nameProblem } from '../../mirror/list/names.ts'
import { kmsArnOf } from '../../mirror/list/proof/kms-key.ts'
import { rulesOf } from '../../mirror/list/proof/verify-rules.ts'
import { isFromSeveral } from '../../mirror/list/push.ts'
import { pruneRulesOf } from '../../mirror/list/time/prune.ts'
import { regionOf, type Target } from '../../mirror/target.ts'
import { ECR_PUBLIC, parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { Grant } from './grant.ts'

/** Returns 100 tags per call, and the archived images that this call omits. */
const LOOK_AT_TARGETS = ['ecr:DescribeImages', 'ecr:ListImages']
/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html */
export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
/**
 * Manifests and referrers need `BatchGetImage`, the tag list `ListImages`. A plain image states its platform in its
 * config, which is a layer to ECR.
 */
const LOOK_AT_SOURCES = [...PULL, 'ecr:ListImages']
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
]
/** Creates repositories with the settings and resource tags of the list. */
const CREATE = ['ecr:CreateRepository', 'ecr:DescribeRepositories', 'ecr:TagResource']

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
  /** ARNs of KMS keys that verify images. */
  readonly keys: readonly string[]
  /** Whether pushes from several regions are resolved against each other. */
  readonly settlesPushes: boolean
  /** Whether an entry has `prune`, or expires with it. */
  readonly prunes: boolean
  /** Whether ECR Public is read with our own credentials. */
  readonly ecrPublic: boolean
}

export function accessOf(scope: Construct, list: List, targets?: readonly string[]): Access {
  return {
    targets: targets ?? targetsOf(list),
    regions: list.regions,
    sources: distinct(sourcesOf(scope, list)),
    pushed: { names: list.push?.repositories ?? [], regions: list.push?.from ?? [Stack.of(scope).region] },
    settlesPushes: isFromSeveral(list),
    secrets: secretArns(scope, credentialsOf(list)),
    targetSecrets: secretArns(scope, targetCredentialsOf(list)),
    targetRoles: distinct(targetRolesOf(list)),
    keys: distinct(keysOf(list)),
    prunes: prunes(list),
    ecrPublic: list.registries?.[ECR_PUBLIC]?.credentials === 'iam',
  }
}

/** Allows every name below a prefix, because a run with its own list creates new repositories. */
export function ownTargets(list: List): string[] {
  const { prefix } = list
  const names = list.images
    .flatMap((image) => readEntries(image, list))
    .filter(({ targets, repository }) => targets.some(isInEcr) && nameProblem(repository) === undefined)
    .map(({ repository }) => repository)
  if (prefix === undefined) return distinct(names)
  return distinct([`${prefix}/*`, ...names.filter((name) => !name.startsWith(`${prefix}/`))])
}

function isInEcr(target: Target): boolean {
  return regionOf(target) !== undefined
}

function targetsOf(list: List): string[] {
  return distinct([...ownTargets(list), ...(list.push?.repositories ?? [])])
}

function sourcesOf(scope: Construct, list: List): string[] {
  return list.images.flatMap((entry) => {
    const { registry, repository } = readEntry(entry, list).ref
    const ecr = parseEcrHost(registry)
    return ecr === undefined ? [] : [repositoryArn(scope, { ...ecr, name: repository })]
  })
}

function credentialsOf(list: List): string[] {
  const named = [list.defaults, ...list.images.map(longForm)].map((settings) => settings?.credentials)
  return named.filter((secret) => secret !== undefined)
}

function targetCredentialsOf({ targets = {} }: List): string[] {
  return Object.values(targets).flatMap((target) => ('registry' in target ? (target.credentials ?? []) : []))
}

function targetRolesOf({ targets = {} }: List): string[] {
  return Object.values(targets).flatMap((target) => ('account' in target ? target.role : []))
}

function secretArns(scope: Construct, names: readonly string[]): string[] {
  return distinct(names.map((name) => secretArn(scope, name)))
}

function prunes(list: List): boolean {
  return list.images
    .map((image) => readEntry(image, list))
    .some(({ settings, expires }) => pruneRulesOf(settings.prune) !== undefined || expires?.then === 'prune')
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

/** Permissions of Resolve to read metadata from sources, and to verify images. */
export function lookAtSources(scope: Construct, access: Access): Grant[] {
  const sources = fromSources(scope, LOOK_AT_SOURCES, access)
  const keys: Grant = { actions: ['kms:GetPublicKey'], resources: access.keys }
  return [...sources, readSecrets(access.secrets), keys, LOG_IN, ...logInToPublic(access)]
}

/** Permissions of Diff to read metadata from targets. */
export function lookAtTargets(scope: Construct, access: Access): Grant[] {
  return [
    toTargets(scope, LOOK_AT_TARGETS, access),
    readSecrets(access.targetSecrets),
    ...assumeRoles(access),
    LOG_IN,
  ]
}

/** Permissions of Prune to delete tags at targets, with the digests that were written there. */
export function deleteFromTargets(scope: Construct, access: Access): Grant[] {
  return [
    toTargets(scope, [...LOOK_AT_TARGETS, 'ecr:BatchDeleteImage'], access),
    readSecrets(access.targetSecrets),
    ...assumeRoles(access),
    LOG_IN,
  ]
}

/** Permissions of Sync to copy from sources and targets to targets. */
export function copyToTargets(scope: Construct, access: Access): Grant[] {
  return [
    ...fromSources(scope, PULL, access),
    readSecrets(distinct([...access.secrets, ...access.targetSecrets])),
    toTargets(scope, [...PULL, ...PUSH, ...CREATE], access),
    ...assumeRoles(access),
    LOG_IN,
    ...logInToPublic(access),
  ]
}

export const LOG_IN: Grant = {
  actions: ['ecr:GetAuthorizationToken'],
  resources: ['*'],
  wildcard: 'ecr:GetAuthorizationToken has no resource-level permissions',
}

/** https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html */
function logInToPublic({ ecrPublic }: Access): Grant[] {
  const actions = ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']
  const wildcard = 'a token for ECR Public does not belong to a repository'
  return ecrPublic ? [{ actions, resources: ['*'], wildcard }] : []
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
function assumeRoles({ targetRoles }: Access): Grant[] {
  return targetRoles.length === 0 ? [] : [{ actions: ['sts:AssumeRole'], resources: targetRoles }]
}

function toTargets(scope: Construct, actions: readonly string[], { targets, regions }: Access): Grant {
  return {
    actions,
    resources: targetArns(scope, { targets }),
    regions,
    wildcard: 'a condition names the regions, and runs create the repositories below the prefix',
  }
}

/** ARNs of the target repositories, in any region. */
export function targetArns(scope: Construct, { targets }: Pick<Access, 'targets'>): string[] {
  return inRegions(scope, targets)
}

/** ARNs for a condition on the regions: one ARN for each name in each region would not fit into policies. */
function inRegions(scope: Construct, names: readonly string[]): string[] {
  return names.map((name) => repositoryArn(scope, { account: Aws.ACCOUNT_ID, region: '*', name }))
}

interface EcrRepository {
  readonly account: string
  readonly region: string
  readonly name: string
}

function repositoryArn(scope: Construct, { account, region, name }: EcrRepository): string {
  return Stack.of(scope).formatArn({
    service: 'ecr',
    account,
    region,
    resource: 'repository',
    resourceName: name,
  })
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)]
}
