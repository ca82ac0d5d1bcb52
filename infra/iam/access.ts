/**
 * What the list needs of the account: the repositories that runs write, the ECR repositories that they read, the
 * secrets that they use. Policies are made of this and of nothing else.
 */
import { ArnFormat, Aws, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { List } from '../../mirror/list/config.ts'
import { longForm, readEntry } from '../../mirror/list/entry.ts'
import { nameProblem } from '../../mirror/list/names.ts'
import { isFromSeveral } from '../../mirror/list/push.ts'
import { ECR_PUBLIC, parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { Grant } from './grant.ts'

/** Manifests and referrers need the first, the tag list the second. */
const LOOK_AT_SOURCES = ['ecr:BatchGetImage', 'ecr:ListImages']
/** A hundred tags a call, and the archived images that this call leaves out. */
const LOOK_AT_TARGETS = ['ecr:DescribeImages', 'ecr:ListImages']
/** https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html */
export const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']
/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const PUSH = [
  'ecr:BatchCheckLayerAvailability',
  'ecr:CompleteLayerUpload',
  'ecr:InitiateLayerUpload',
  'ecr:PutImage',
  'ecr:UploadLayerPart',
]
/** Repositories are made with the settings and the resource tags of the list. */
const CREATE = ['ecr:CreateRepository', 'ecr:DescribeRepositories', 'ecr:TagResource']

export interface Access {
  /** Names of target repositories; `*` stands for any characters. */
  readonly targets: readonly string[]
  readonly regions: readonly string[]
  /** ARNs of ECR repositories that are sources. */
  readonly sources: readonly string[]
  /** Repositories of this account that people push to; `*` stands for any characters. */
  readonly pushed: { readonly names: readonly string[]; readonly regions: readonly string[] }
  /** ARNs of secrets. */
  readonly secrets: readonly string[]
  /** Whether pushes of several regions are settled among each other. */
  readonly settlesPushes: boolean
  /** Whether ECR Public is read as our own roles. */
  readonly ecrPublic: boolean
}

export function accessOf(scope: Construct, list: List, targets?: readonly string[]): Access {
  return {
    targets: targets ?? targetsOf(list),
    regions: list.regions,
    sources: distinct(sourcesOf(scope, list)),
    pushed: { names: list.push?.repositories ?? [], regions: list.push?.from ?? [Stack.of(scope).region] },
    settlesPushes: isFromSeveral(list),
    secrets: distinct(credentialsOf(list).map((secret) => secretArn(scope, secret))),
    ecrPublic: list.registries?.[ECR_PUBLIC]?.credentials === 'iam',
  }
}

/** Behind a prefix, every name may be a target: a run with a list of its own makes new ones. */
export function ownTargets(list: List): string[] {
  const { prefix } = list
  const names = list.images
    .map((entry) => readEntry(entry, list).repository)
    .filter((name) => nameProblem(name) === undefined)
  if (prefix === undefined) return distinct(names)
  return distinct([`${prefix}/*`, ...names.filter((name) => !name.startsWith(`${prefix}/`))])
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

/** Secrets Manager puts six characters of its own behind a name. */
function secretArn(scope: Construct, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn
  return Stack.of(scope).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${nameOrArn}-??????`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
}

/** Looking at sources, as Resolve does. */
export function lookAtSources(scope: Construct, access: Access): Grant[] {
  return [...fromSources(scope, LOOK_AT_SOURCES, access), secretsOf(access), LOG_IN, ...logInToPublic(access)]
}

/** Looking at targets, as Diff does. */
export function lookAtTargets(scope: Construct, access: Access): Grant[] {
  return [toTargets(scope, LOOK_AT_TARGETS, access), LOG_IN]
}

/** Copying from sources and targets to targets, as Sync does. */
export function copyToTargets(scope: Construct, access: Access): Grant[] {
  return [
    ...fromSources(scope, PULL, access),
    secretsOf(access),
    toTargets(scope, [...PULL, ...PUSH, ...CREATE], access),
    LOG_IN,
    ...logInToPublic(access),
  ]
}

export const LOG_IN: Grant = {
  actions: ['ecr:GetAuthorizationToken'],
  resources: ['*'],
  wildcard: 'ecr:GetAuthorizationToken is the one action of ECR that is not about a repository',
}

/** https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html */
function logInToPublic({ ecrPublic }: Access): Grant[] {
  const actions = ['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken']
  const wildcard = 'a token for ECR Public is about no repository'
  return ecrPublic ? [{ actions, resources: ['*'], wildcard }] : []
}

function fromSources(scope: Construct, actions: readonly string[], { sources, pushed }: Access): Grant[] {
  const wildcard = 'the list names these source repositories by a pattern'
  return [
    { actions, resources: sources, wildcard },
    { actions, resources: inRegions(scope, pushed.names), regions: pushed.regions, wildcard },
  ]
}

function secretsOf({ secrets }: Access): Grant {
  return {
    actions: ['secretsmanager:GetSecretValue'],
    resources: secrets,
    wildcard: 'Secrets Manager puts six characters of its own behind the name that the list has',
  }
}

function toTargets(scope: Construct, actions: readonly string[], { targets, regions }: Access): Grant {
  return {
    actions,
    resources: targetArns(scope, { targets }),
    regions,
    wildcard: 'a condition names the regions, and the repositories behind the prefix are made at run time',
  }
}

/** ARNs of the target repositories, in any region. */
export function targetArns(scope: Construct, { targets }: Pick<Access, 'targets'>): string[] {
  return inRegions(scope, targets)
}

/** For a condition on the regions: an ARN for each name in each region would not fit into policies. */
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
