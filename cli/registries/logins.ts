/** Opens registries as the user of this machine: with Docker's and AWS's credentials, unless others are given. */
import type { DockerConfig } from '../../registry/credentials/docker-config.ts'
import type { Registries } from '../../registry/model/registry.ts'
import { openRepository } from './open.ts'

export function withLogins(registries: Registries, config: DockerConfig): Registries {
  return {
    ...registries,
    open: (ref, credentials) =>
      credentials === undefined ? openRepository(ref, registries, config) : registries.open(ref, credentials),
  }
}
