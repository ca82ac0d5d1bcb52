/** Operations on the lifecycle policies and the policies of repositories. */
import { z } from 'zod'
import { AwsError } from '../aws-json.ts'
import { storedLifecyclePolicy } from './configuration/lifecycle-policy.ts'
import { storedRepositoryPolicy } from './configuration/repository-policy.ts'
import {
  type Context,
  changeSettings,
  inRepository,
  operation,
  requireSettings,
  seconds,
} from './operation.ts'

export const putLifecyclePolicy = operation(
  z.object({ ...inRepository, lifecyclePolicyText: z.string().min(100).max(30_720) }),
  async ({ repositoryName, lifecyclePolicyText: text }, context) => {
    await requireSettings(context, repositoryName)
    const lifecyclePolicyText = storedLifecyclePolicy(text)
    await changeSettings(context, repositoryName, { lifecyclePolicyText })
    return { registryId: context.region.account, repositoryName, lifecyclePolicyText }
  },
)

export const getLifecyclePolicy = operation(z.object(inRepository), async ({ repositoryName }, context) => {
  const lifecyclePolicyText = await lifecyclePolicyOf(context, repositoryName)
  // A policy that ECR has not evaluated yet.
  const lastEvaluatedAt = seconds('1970-01-01T00:00:00.000Z')
  return { registryId: context.region.account, repositoryName, lifecyclePolicyText, lastEvaluatedAt }
})

export const deleteLifecyclePolicy = operation(
  z.object(inRepository),
  async ({ repositoryName }, context) => {
    const lifecyclePolicyText = await lifecyclePolicyOf(context, repositoryName)
    await changeSettings(context, repositoryName, { lifecyclePolicyText: undefined })
    return { registryId: context.region.account, repositoryName, lifecyclePolicyText }
  },
)

/** @throws {AwsError} LifecyclePolicyNotFoundException */
async function lifecyclePolicyOf(context: Context, repository: string): Promise<string> {
  const { lifecyclePolicyText } = await requireSettings(context, repository)
  if (lifecyclePolicyText !== undefined) return lifecyclePolicyText
  throw new AwsError('LifecyclePolicyNotFoundException', context.say.lifecyclePolicyNotFound(repository))
}

export const setRepositoryPolicy = operation(
  z.object({ ...inRepository, policyText: z.string().min(1), force: z.boolean().default(false) }),
  async ({ repositoryName, policyText: text }, context) => {
    await requireSettings(context, repositoryName)
    const [, partition = 'aws'] = context.region.repositoryArn(repositoryName).split(':')
    const policyText = storedRepositoryPolicy(text, partition)
    await changeSettings(context, repositoryName, { policyText })
    return { registryId: context.region.account, repositoryName, policyText }
  },
)

export const getRepositoryPolicy = operation(z.object(inRepository), async ({ repositoryName }, context) => {
  const policyText = await policyOf(context, repositoryName)
  return { registryId: context.region.account, repositoryName, policyText }
})

export const deleteRepositoryPolicy = operation(
  z.object(inRepository),
  async ({ repositoryName }, context) => {
    const policyText = await policyOf(context, repositoryName)
    await changeSettings(context, repositoryName, { policyText: undefined })
    return { registryId: context.region.account, repositoryName, policyText }
  },
)

/** @throws {AwsError} RepositoryPolicyNotFoundException */
async function policyOf(context: Context, repository: string): Promise<string> {
  const { policyText } = await requireSettings(context, repository)
  if (policyText !== undefined) return policyText
  throw new AwsError('RepositoryPolicyNotFoundException', context.say.policyNotFound(repository))
}
