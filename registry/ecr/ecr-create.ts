/** Creates missing ECR repositories. The settings of existing ones are left unchanged. */
import type { CreateRepositoryCommandInput, ECRClient } from '@aws-sdk/client-ecr'
import type { CreateSettings } from '../model/registry.ts'
import type { RepositoryId } from './ecr-images.ts'

export async function ensureRepository(
  ecr: ECRClient,
  where: RepositoryId,
  settings: CreateSettings,
  signal?: AbortSignal,
): Promise<void> {
  const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr')
  const input: CreateRepositoryCommandInput = {
    ...where,
    imageTagMutability: settings.immutableTags ? 'IMMUTABLE' : 'MUTABLE',
    imageScanningConfiguration: { scanOnPush: settings.scanOnPush },
    tags: Object.entries(settings.tags).map(([Key, Value]) => ({ Key, Value })),
  }
  try {
    await ecr.send(new CreateRepositoryCommand(input), signal === undefined ? {} : { abortSignal: signal })
  } catch (error) {
    if (nameOf(error) === 'RepositoryAlreadyExistsException') return
    // If the repository exists, the permission to create it is not needed.
    if (nameOf(error) === 'AccessDeniedException' && (await exists(ecr, where, signal))) return
    throw error
  }
}

async function exists(ecr: ECRClient, where: RepositoryId, signal?: AbortSignal): Promise<boolean> {
  const { DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr')
  const { registryId, repositoryName } = where
  try {
    const found = await ecr.send(
      new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] }),
      signal === undefined ? {} : { abortSignal: signal },
    )
    return (found.repositories ?? []).length > 0
  } catch {
    signal?.throwIfAborted()
    return false
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}
