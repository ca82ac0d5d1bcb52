/**
 * The policy documents with which another account lets the mirror in: a role that Diff and Sync assume, or a registry
 * policy. https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html
 */
import { ENCRYPT, type SettingsActions } from '../repositories/actions.ts'
import { CREATE, DELETE, LOG_IN_ACTION, LOOK_AT_TARGETS, PULL, PUSH } from './actions.ts'

/** The mirror's account. */
export interface Guest {
  readonly account: string
  /** ARNs of its roles; `*` matches any characters. */
  readonly roles: readonly string[]
}

/** What the other account opens. */
export interface Opened {
  readonly account: string
  readonly partition: string
  readonly regions: readonly string[]
  /** Names of repositories; `*` matches any characters. */
  readonly repositories: readonly string[]
  /** Whether the mirror may delete tags that it has written. @default false */
  readonly prunes?: boolean | undefined
  /** What the settings of repositories need. @default - the list states none */
  readonly settings?: SettingsActions | undefined
}

export interface Statement {
  readonly Sid?: string
  readonly Effect: 'Allow'
  readonly Principal?: { readonly AWS: string }
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface PolicyDocument {
  readonly Version: '2012-10-17'
  readonly Statement: readonly Statement[]
}

const NO_SETTINGS: SettingsActions = { readers: [], creators: [], keys: [] }

/** Everything that the mirror does at a target. */
function actionsOn({ prunes = false, settings = NO_SETTINGS }: Opened): readonly string[] {
  const { readers, creators } = settings
  const deletes = prunes ? [DELETE] : []
  const actions = [...LOOK_AT_TARGETS, ...PULL, ...PUSH, ...CREATE, ...readers, ...creators, ...deletes]
  return [...new Set(actions)].toSorted()
}

/** The roles of mirrors whose stack has its default name. */
export function defaultRoles(partition: string, account: string): string[] {
  return [`arn:${partition}:iam::${account}:role/ImageMirror-*`]
}

/** @param externalId - as in the list */
export function trustPolicy(guest: Guest, partition: string, externalId?: string): PolicyDocument {
  return documentOf({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    ...fromGuest(guest, partition, externalId),
  })
}

/** The permissions of the role. */
export function rolePolicy(opened: Opened): PolicyDocument {
  return documentOf(
    { Effect: 'Allow', Action: LOG_IN_ACTION, Resource: '*' },
    {
      Effect: 'Allow',
      Action: actionsOn(opened),
      Resource: arnsOf(opened, '*'),
      Condition: { StringEquals: { 'aws:RequestedRegion': opened.regions } },
    },
    ...encrypt(opened),
  )
}

/** Limited to calls through ECR, because a caller who may create grants on a key can let others use it. */
function encrypt({ regions, partition, settings = NO_SETTINGS }: Opened): Statement[] {
  if (settings.keys.length === 0) return []
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const services = regions.map((region) => `ecr.${region}.${suffix}`)
  return [
    {
      Effect: 'Allow',
      Action: ENCRYPT,
      Resource: settings.keys,
      Condition: { StringEquals: { 'kms:ViaService': services } },
    },
  ]
}

/** The registry policy of one region. A registry has only one, which applies to all actions in version 2. */
export function registryPolicy(guest: Guest, opened: Opened, region: string): PolicyDocument {
  return documentOf({
    Sid: 'ImageMirror',
    Effect: 'Allow',
    ...fromGuest(guest, opened.partition),
    Action: actionsOn(opened),
    Resource: arnsOf(opened, region),
  })
}

/**
 * Names the account as principal and the roles in a condition: a role as principal must exist already, and loses its
 * access when it is deleted and created again.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
function fromGuest({ account, roles }: Guest, partition: string, externalId?: string) {
  return {
    Principal: { AWS: `arn:${partition}:iam::${account}:root` },
    Condition: {
      ArnLike: { 'aws:PrincipalArn': roles },
      ...(externalId !== undefined && { StringEquals: { 'sts:ExternalId': externalId } }),
    },
  }
}

function arnsOf({ partition, account, repositories }: Opened, region: string): string[] {
  return repositories.map((name) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`)
}

function documentOf(...statements: readonly Statement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements }
}
