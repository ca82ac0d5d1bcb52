/**
 * Authorities that this machine's docker and podman trust at single registries: the `*.crt` files of a folder that has
 * the registry's name. Whoever copies by hand has said there already what the list would say in `registries.<host>.ca`.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { certificatesOf } from '../../registry/http/certificates.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { RepositoryRef } from '../../registry/model/reference.ts'
import { AUTHORITIES, type Environment } from '../../registry/model/settings.ts'

/**
 * https://docs.docker.com/engine/security/certificates/ and
 * https://github.com/containers/image/blob/main/docs/containers-certs.d.5.md
 */
const FOLDERS = [
  join(homedir(), '.config/containers/certs.d'),
  '/etc/containers/certs.d',
  '/etc/docker/certs.d',
]

/**
 * The environment with those authorities in it; what it says itself of a registry counts in their place.
 * @param folders - the nearest first: of several that know a registry, one counts
 * @throws RegistryError for a file that cannot be read, or is not one of certificates alone
 */
export function withDockerCertificates(
  environment: Environment,
  references: readonly Pick<RepositoryRef, 'registry'>[],
  folders: readonly string[] = FOLDERS,
): Environment {
  const hosts = [...new Set(references.map(({ registry }) => registry))]
  const found = hosts.flatMap((host) => {
    const certificates = folders.map((folder) => certificatesIn(join(folder, host))).find((pem) => pem !== '')
    return certificates === undefined ? [] : [`${host} ${certificates}`]
  })
  if (found.length === 0) return environment
  return { ...environment, [AUTHORITIES]: [...found, environment[AUTHORITIES] ?? ''].join(' ') }
}

/** Their PEM, one after the other; empty where there are none. */
function certificatesIn(folder: string): string {
  const files = namesIn(folder).filter((name) => name.endsWith('.crt'))
  return files
    .sort()
    .map((name) => readCertificates(join(folder, name)))
    .join(' ')
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // There is none, or it is not for us.
    return []
  }
}

function readCertificates(path: string): string {
  try {
    return certificatesOf(readFileSync(path, 'utf8')).join(' ')
  } catch (error) {
    throw unusable(path, error instanceof Error ? error.message : String(error))
  }
}

function unusable(path: string, why: string): RegistryError {
  return new RegistryError(`${path} cannot be used: ${why}; correct it, or take it away`, { kind: 'refused' })
}
