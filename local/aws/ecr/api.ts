/** ECR's JSON API: its operations, and what they share. */
import { z } from 'zod'
import { arnOf } from '../arn.ts'
import { AwsError, type Scope, type Service } from '../aws-json.ts'
import type { Call } from '../call.ts'
import * as changes from './image-changes.ts'
import * as images from './images.ts'
import * as layers from './layers.ts'
import { messages, notAuthorized } from './messages.ts'
import type { Context, Operation } from './operation.ts'
import * as policies from './policies.ts'
import type { ServedRegion } from './region.ts'
import * as registry from './registry-settings.ts'
import * as repositories from './repositories.ts'
import * as settings from './settings.ts'
import type { Issuer } from './tokens.ts'

const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchCheckLayerAvailability: layers.batchCheckLayerAvailability,
  BatchDeleteImage: changes.batchDeleteImage,
  BatchGetImage: images.batchGetImage,
  CreatePullThroughCacheRule: registry.createPullThroughCacheRule,
  CreateRepository: repositories.createRepository,
  DeleteLifecyclePolicy: policies.deleteLifecyclePolicy,
  DeleteRepository: repositories.deleteRepository,
  DeleteRepositoryPolicy: policies.deleteRepositoryPolicy,
  DescribeImages: images.describeImages,
  DescribePullThroughCacheRules: registry.describePullThroughCacheRules,
  DescribeRegistry: registry.describeRegistry,
  DescribeRepositories: repositories.describeRepositories,
  GetAccountSetting: settings.getAccountSetting,
  GetAuthorizationToken: repositories.getAuthorizationToken,
  GetLifecyclePolicy: policies.getLifecyclePolicy,
  GetRegistryPolicy: registry.getRegistryPolicy,
  GetRepositoryPolicy: policies.getRepositoryPolicy,
  ListImages: images.listImages,
  ListTagsForResource: settings.listTagsForResource,
  PutAccountSetting: settings.putAccountSetting,
  PutImageScanningConfiguration: settings.putImageScanningConfiguration,
  PutImageTagMutability: settings.putImageTagMutability,
  PutLifecyclePolicy: policies.putLifecyclePolicy,
  PutRegistryPolicy: registry.putRegistryPolicy,
  PutReplicationConfiguration: registry.putReplicationConfiguration,
  SetRepositoryPolicy: policies.setRepositoryPolicy,
  TagResource: settings.tagResource,
  UntagResource: settings.untagResource,
  UpdateImageStorageClass: changes.updateImageStorageClass,
}

const aboutSchema = z.object({
  repositoryName: z.string().optional(),
  repositoryNames: z.array(z.string()).optional(),
  resourceArn: z.string().optional(),
  registryId: z.string().optional(),
})

export interface EcrApiOptions {
  /** The regions of all accounts. */
  readonly regions: readonly ServedRegion[]
  /** The account of a caller. */
  accountOf(accessKeyId: string): string
  readonly tokens: Issuer
  /** Returns the reason if a registry denies the action to the caller. */
  denies(registry: ServedRegion, accessKeyId: string, action: string, resource: string): string | undefined
  /** Records a call that ECR makes on behalf of the caller. */
  record(call: Call): void
}

export function ecrApi({ regions, accountOf, tokens, denies, record }: EcrApiOptions): Service {
  const byPlace = new Map(regions.map((served) => [`${served.account} ${served.region}`, served]))
  const contextOf = ({ accessKeyId, region }: Scope, input: unknown): Context => {
    const own = accountOf(accessKeyId)
    const account = aboutSchema.safeParse(input).data?.registryId ?? own
    const served = byPlace.get(`${account} ${region}`)
    if (!served && account !== own) throw denied(notAuthorized(own, '*', arnOf('ecr', region, account, '*')))
    if (!served) throw new AwsError('ServerException', `ECR has no endpoint in ${region}`)
    return { region: served, accessKeyId, tokens, say: messages(served.account), record }
  }
  return {
    name: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    resourceOf(input, scope, action) {
      const about = aboutSchema.safeParse(input).data
      if (about?.resourceArn !== undefined) return about.resourceArn
      // Listing applies to all repositories of the registry.
      const name =
        about?.repositoryName ??
        about?.repositoryNames?.[0] ??
        (action === 'DescribeRepositories' ? '*' : undefined)
      return name === undefined ? '*' : contextOf(scope, input).region.repositoryArn(name)
    },
    async answer(action, input, scope) {
      const operation = OPERATIONS[action]
      if (!operation) {
        throw new AwsError('UnknownOperationException', `${action} is not part of the embedded ECR`)
      }
      const context = contextOf(scope, input)
      const { region, accessKeyId } = context
      const resource = this.resourceOf(input, scope, action)
      for (const needed of [action, ...moreActionsOf(action, input)]) {
        const denial = denies(region, accessKeyId, needed, resource)
        if (denial !== undefined) throw denied(denial)
      }
      return operation(input, context)
    },
  }
}

const taggedSchema = z.object({ tags: z.array(z.unknown()).min(1) })

/** CreateRepository with resource tags also needs the permission to tag. */
function moreActionsOf(action: string, input: unknown): string[] {
  return action === 'CreateRepository' && taggedSchema.safeParse(input).success ? ['TagResource'] : []
}

function denied(message: string): AwsError {
  return new AwsError('AccessDeniedException', message)
}
