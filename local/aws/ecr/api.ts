/** ECR's JSON API: its operations, and what they share. */
import { z } from 'zod'
import { AwsError, type Scope, type Service } from '../aws-json.ts'
import * as changes from './image-changes.ts'
import * as images from './images.ts'
import * as layers from './layers.ts'
import { messages } from './messages.ts'
import type { Context, Operation } from './operation.ts'
import type { ServedRegion } from './region.ts'
import * as repositories from './repositories.ts'
import * as settings from './settings.ts'
import type { Issuer } from './tokens.ts'

const OPERATIONS: Readonly<Record<string, Operation>> = {
  BatchCheckLayerAvailability: layers.batchCheckLayerAvailability,
  BatchDeleteImage: changes.batchDeleteImage,
  BatchGetImage: images.batchGetImage,
  CreateRepository: repositories.createRepository,
  DeleteLifecyclePolicy: settings.deleteLifecyclePolicy,
  DeleteRepository: repositories.deleteRepository,
  DescribeImages: images.describeImages,
  DescribeRepositories: repositories.describeRepositories,
  GetAccountSetting: settings.getAccountSetting,
  GetAuthorizationToken: repositories.getAuthorizationToken,
  GetLifecyclePolicy: settings.getLifecyclePolicy,
  ListImages: images.listImages,
  ListTagsForResource: settings.listTagsForResource,
  PutAccountSetting: settings.putAccountSetting,
  PutImageScanningConfiguration: settings.putImageScanningConfiguration,
  PutImageTagMutability: settings.putImageTagMutability,
  PutLifecyclePolicy: settings.putLifecyclePolicy,
  TagResource: settings.tagResource,
  UntagResource: settings.untagResource,
  UpdateImageStorageClass: changes.updateImageStorageClass,
}

const aboutSchema = z.object({
  repositoryName: z.string().optional(),
  resourceArn: z.string().optional(),
  registryId: z.string().optional(),
})

export interface EcrApiOptions {
  /** Of all accounts. */
  readonly regions: readonly ServedRegion[]
  /** The account of a caller. */
  accountOf(accessKeyId: string): string
  readonly tokens: Issuer
}

export function ecrApi({ regions, accountOf, tokens }: EcrApiOptions): Service {
  const byPlace = new Map(regions.map((served) => [`${served.account} ${served.region}`, served]))
  const contextOf = ({ accessKeyId, region }: Scope): Context => {
    const served = byPlace.get(`${accountOf(accessKeyId)} ${region}`)
    if (!served) throw new AwsError('ServerException', `ECR has no endpoint in ${region}`)
    return { region: served, accessKeyId, tokens, say: messages(served.account) }
  }
  return {
    name: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    resourceOf(input, scope) {
      const about = aboutSchema.safeParse(input).data
      if (about?.resourceArn !== undefined) return about.resourceArn
      if (about?.repositoryName === undefined) return '*'
      return contextOf(scope).region.repositoryArn(about.repositoryName)
    },
    async answer(action, input, scope) {
      const operation = OPERATIONS[action]
      if (!operation) {
        throw new AwsError('UnknownOperationException', `${action} is not part of the embedded ECR`)
      }
      const context = contextOf(scope)
      checkAccount(action, input, context)
      return operation(input, context)
    },
  }
}

/** Denies access to registries of other accounts, because no repository has a policy that allows it. */
function checkAccount(action: string, input: unknown, { region }: Context): void {
  const registryId = aboutSchema.safeParse(input).data?.registryId ?? region.account
  if (registryId === region.account) return
  const message = `User is not authorized to perform: ecr:${action} on resources of the registry with id '${registryId}'`
  throw new AwsError('AccessDeniedException', message)
}
