/** Reads and changes the settings of ECR repositories. */
import type { ECRClient, ImageTagMutability } from '@aws-sdk/client-ecr'
import type { CreateSettings, RepositoryState, SettingsChange } from '../model/registry.ts'
import type { RepositoryId } from './ecr-images.ts'

interface Asked {
  readonly lifecyclePolicy: boolean
  readonly policy: boolean
}

/** At most four requests. Returns undefined if the repository is missing. */
export async function readSettings(
  ecr: ECRClient,
  where: RepositoryId,
  asked: Asked,
  signal?: AbortSignal,
): Promise<RepositoryState | undefined> {
  const { DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr')
  const { registryId, repositoryName } = where
  const described = await unless('RepositoryNotFoundException', () =>
    ecr.send(
      new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] }),
      abortable(signal),
    ),
  )
  const [repository] = described?.repositories ?? []
  if (repository === undefined) return undefined
  const [lifecyclePolicy, policy, tags] = await Promise.all([
    asked.lifecyclePolicy ? lifecyclePolicyOf(ecr, where, signal) : undefined,
    asked.policy ? policyOf(ecr, where, signal) : undefined,
    tagsOf(ecr, repository.repositoryArn ?? '', signal),
  ])
  const { imageTagMutabilityExclusionFilters: filters = [], encryptionConfiguration: encryption } = repository
  return {
    mutability: {
      mode: repository.imageTagMutability ?? 'MUTABLE',
      filters: filters.flatMap(({ filter }) => filter ?? []),
    },
    scanOnPush: repository.imageScanningConfiguration?.scanOnPush ?? false,
    encryption: { type: encryption?.encryptionType ?? 'AES256', kmsKey: encryption?.kmsKey },
    lifecyclePolicy,
    policy,
    tags,
  }
}

async function lifecyclePolicyOf(ecr: ECRClient, where: RepositoryId, signal?: AbortSignal) {
  const { GetLifecyclePolicyCommand } = await import('@aws-sdk/client-ecr')
  const found = await unless('LifecyclePolicyNotFoundException', () =>
    ecr.send(new GetLifecyclePolicyCommand(where), abortable(signal)),
  )
  return found?.lifecyclePolicyText
}

async function policyOf(ecr: ECRClient, where: RepositoryId, signal?: AbortSignal) {
  const { GetRepositoryPolicyCommand } = await import('@aws-sdk/client-ecr')
  const found = await unless('RepositoryPolicyNotFoundException', () =>
    ecr.send(new GetRepositoryPolicyCommand(where), abortable(signal)),
  )
  return found?.policyText
}

async function tagsOf(ecr: ECRClient, resourceArn: string, signal?: AbortSignal) {
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-ecr')
  const { tags = [] } = await ecr.send(new ListTagsForResourceCommand({ resourceArn }), abortable(signal))
  return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
}

export async function changeSettings(
  ecr: ECRClient,
  where: RepositoryId,
  { mutability, scanOnPush, lifecyclePolicy, policy, tags }: SettingsChange,
  signal?: AbortSignal,
): Promise<void> {
  const sdk = await import('@aws-sdk/client-ecr')
  if (mutability !== undefined) {
    const { mode, filters } = mutability
    const command = new sdk.PutImageTagMutabilityCommand({
      ...where,
      // ECR refuses an empty list.
      ...(filters.length > 0 && { imageTagMutabilityExclusionFilters: exclusionFilters(filters) }),
      imageTagMutability: mode as ImageTagMutability,
    })
    await ecr.send(command, abortable(signal))
  }
  if (scanOnPush !== undefined) {
    const imageScanningConfiguration = { scanOnPush }
    const command = new sdk.PutImageScanningConfigurationCommand({ ...where, imageScanningConfiguration })
    await ecr.send(command, abortable(signal))
  }
  await putDocuments(ecr, where, { lifecyclePolicy, policy }, signal)
  if (tags !== undefined) await putTags(ecr, where, tags, signal)
}

export async function putDocuments(
  ecr: ECRClient,
  where: RepositoryId,
  { lifecyclePolicy, policy }: { lifecyclePolicy?: string | undefined; policy?: string | undefined },
  signal?: AbortSignal,
): Promise<void> {
  const { PutLifecyclePolicyCommand, SetRepositoryPolicyCommand } = await import('@aws-sdk/client-ecr')
  if (lifecyclePolicy !== undefined) {
    const command = new PutLifecyclePolicyCommand({ ...where, lifecyclePolicyText: lifecyclePolicy })
    await ecr.send(command, abortable(signal))
  }
  if (policy !== undefined) {
    await ecr.send(new SetRepositoryPolicyCommand({ ...where, policyText: policy }), abortable(signal))
  }
}

export async function putTags(
  ecr: ECRClient,
  { registryId, repositoryName }: RepositoryId,
  tags: CreateSettings['tags'],
  signal?: AbortSignal,
): Promise<void> {
  const { DescribeRepositoriesCommand, TagResourceCommand } = await import('@aws-sdk/client-ecr')
  const asked = new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] })
  const { repositories: [repository] = [] } = await ecr.send(asked, abortable(signal))
  const resourceArn = repository?.repositoryArn
  await ecr.send(new TagResourceCommand({ resourceArn, tags: tagList(tags) }), abortable(signal))
}

export function tagList(tags: CreateSettings['tags']) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

export function exclusionFilters(filters: readonly string[]) {
  return filters.map((filter) => ({ filterType: 'WILDCARD' as const, filter }))
}

export function abortable(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}

/** Returns undefined in place of this error. */
async function unless<T>(name: string, send: () => Promise<T>): Promise<T | undefined> {
  try {
    return await send()
  } catch (error) {
    if (error instanceof Error && error.name === name) return undefined
    throw error
  }
}
