/** Opens repositories for commands, with AWS credentials for ECR and Docker credentials elsewhere. */
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { ImageRef } from '../../registry/model/reference.ts'
import {
  type CreateSettings,
  isCreatable,
  type Registries,
  type Repository,
} from '../../registry/model/registry.ts'

/** The defaults of a list without `repositories`. */
const NEW_REPOSITORY: CreateSettings = { immutableTags: false, scanOnPush: true, tags: {} }

export async function openRepository(
  ref: ImageRef,
  registries: Pick<Registries, 'open'>,
  config: DockerConfig,
): Promise<Repository> {
  if (parseEcrHost(ref.registry) === undefined) {
    return registries.open(ref, await config.credentials(ref))
  }
  try {
    return await registries.open(ref)
  } catch (error) {
    // Without AWS credentials, a token from `aws ecr get-login-password | docker login` may still be valid.
    const credentials = await config.credentials(ref).catch(() => undefined)
    if (credentials === undefined) throw error
    return registries.open(ref, credentials)
  }
}

/** Creates the repository if a push does not. */
export async function createIfMissing(repository: Repository, signal: AbortSignal): Promise<void> {
  if (isCreatable(repository)) await repository.ensure(NEW_REPOSITORY, signal)
}
