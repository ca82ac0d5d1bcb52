/** Creates missing ECR repositories with all of their settings. Existing ones are left unchanged, unless their creation was interrupted. */
import type { CreateRepositoryCommandInput, ECRClient } from '@aws-sdk/client-ecr'
import type { CreateSettings } from '../model/registry.ts'
import type { RepositoryId } from './ecr-images.ts'
import { abortable, exclusionFilters, putDocuments, putTags, readSettings, tagList } from './ecr-settings.ts'

/** Value of the resource tag until the policies are in place. */
const CREATING = 'creating'
const CREATED = 'true'

export async function ensureRepository(
  ecr: ECRClient,
  where: RepositoryId,
  settings: CreateSettings,
  signal?: AbortSignal,
): Promise<void> {
  const { CreateRepositoryCommand } = await import('@aws-sdk/client-ecr')
  try {
    await ecr.send(new CreateRepositoryCommand(inputOf(where, settings)), abortable(signal))
  } catch (error) {
    if (nameOf(error) === 'RepositoryAlreadyExistsException') {
      if (hasDocuments(settings) && (await isHalfMade(ecr, where, settings, signal)))
        await complete(ecr, where, settings, signal)
      return
    }
    // If the repository exists, the permission to create it is not needed.
    if (nameOf(error) === 'AccessDeniedException' && (await exists(ecr, where, signal))) return
    throw error
  }
  if (hasDocuments(settings)) await complete(ecr, where, settings, signal)
}

function inputOf(where: RepositoryId, settings: CreateSettings): CreateRepositoryCommandInput {
  const { immutableTags, mutableTags = [], scanOnPush, encryption, tags, mark } = settings
  const filtered = immutableTags && mutableTags.length > 0
  const state = hasDocuments(settings) ? CREATING : CREATED
  return {
    ...where,
    imageTagMutability: filtered ? 'IMMUTABLE_WITH_EXCLUSION' : immutableTags ? 'IMMUTABLE' : 'MUTABLE',
    ...(filtered && { imageTagMutabilityExclusionFilters: exclusionFilters(mutableTags) }),
    imageScanningConfiguration: { scanOnPush },
    ...(encryption && { encryptionConfiguration: { encryptionType: 'KMS', ...encryption } }),
    tags: tagList({ ...tags, ...(mark !== undefined && { [mark]: state }) }),
  }
}

function hasDocuments({ lifecyclePolicy, policy }: CreateSettings): boolean {
  return lifecyclePolicy !== undefined || policy !== undefined
}

/** ECR takes documents only after the creation, so that a failure in between leaves a repository without them. */
async function complete(
  ecr: ECRClient,
  where: RepositoryId,
  settings: CreateSettings,
  signal?: AbortSignal,
): Promise<void> {
  await putDocuments(ecr, where, settings, signal)
  if (settings.mark !== undefined) await putTags(ecr, where, { [settings.mark]: CREATED }, signal)
}

async function isHalfMade(
  ecr: ECRClient,
  where: RepositoryId,
  { mark }: CreateSettings,
  signal?: AbortSignal,
): Promise<boolean> {
  if (mark === undefined) return false
  try {
    const found = await readSettings(ecr, where, { lifecyclePolicy: false, policy: false }, signal)
    return found?.tags[mark] === CREATING
  } catch (error) {
    // Roles of other accounts may lack the permission. The repository is used as it is.
    if (nameOf(error) === 'AccessDeniedException') return false
    throw error
  }
}

async function exists(ecr: ECRClient, where: RepositoryId, signal?: AbortSignal): Promise<boolean> {
  const { DescribeRepositoriesCommand } = await import('@aws-sdk/client-ecr')
  const { registryId, repositoryName } = where
  try {
    const found = await ecr.send(
      new DescribeRepositoriesCommand({ registryId, repositoryNames: [repositoryName] }),
      abortable(signal),
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
