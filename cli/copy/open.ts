/** Opens the repositories of a copy by hand: with AWS's credentials at ECR, with Docker's everywhere else. */

import { isEcr } from '../../copy/target.ts'
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { ImageRef } from '../../registry/model/reference.ts'
import type { CreateSettings, Registries, Repository } from '../../registry/model/registry.ts'

/** The same as for a list that says nothing about its repositories. */
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
    // Without a role or profile, what `aws ecr get-login-password | docker login` has left is good for a while.
    const credentials = await config.credentials(ref).catch(() => undefined)
    if (credentials === undefined) throw error
    return registries.open(ref, credentials)
  }
}

/** Makes the repository where that is possible. */
export async function createIfMissing(repository: Repository, signal: AbortSignal): Promise<void> {
  if (isEcr(repository)) await repository.ensure(NEW_REPOSITORY, signal)
}

/** For what cannot be stopped itself, such as a helper that asks a person. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
