/**
 * Certificates of this machine's docker and podman for single registries, from folders with the registries' names:
 * authorities in `*.crt` files, and client certificates in `*.cert` files with their `*.key` files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ClientCertificate, ClientCertificates } from '../../registry/http/authorities.ts'
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

/**
 * The client certificates for those registries. Keys stay in memory, and out of the environment.
 * @param folders - the nearest first: of several that know a registry, one counts
 * @throws RegistryError for a certificate without its key, and the other way round
 */
export function dockerClientCertificates(
  references: readonly Pick<RepositoryRef, 'registry'>[],
  folders: readonly string[] = FOLDERS,
): ClientCertificates {
  const found = new Map<string, ClientCertificate>()
  for (const { registry } of references) {
    const client = folders
      .map((folder) => clientIn(join(folder, registry)))
      .find(({ cert }) => cert.length > 0)
    if (client !== undefined) found.set(registry, client)
  }
  return found
}

function clientIn(folder: string): ClientCertificate {
  const names = namesIn(folder)
    .filter((name) => /\.(cert|key)$/.test(name))
    .sort()
  for (const name of names) {
    const other = name.endsWith('.cert') ? name.replace(/cert$/, 'key') : name.replace(/key$/, 'cert')
    if (!names.includes(other)) throw unusable(join(folder, name), `${other} is missing beside it`)
  }
  const certificates = names.filter((name) => name.endsWith('.cert'))
  const pairs = certificates.flatMap((name) => {
    const cert = readIfAllowed(join(folder, name))
    const key = readIfAllowed(join(folder, name.replace(/cert$/, 'key')))
    return cert === undefined || key === undefined ? [] : [{ cert, key }]
  })
  return { cert: pairs.map(({ cert }) => cert), key: pairs.map(({ key }) => key) }
}

/** Keys of docker's daemon may be root's alone; a registry that wants one says so. */
function readIfAllowed(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EACCES' || code === 'EPERM') return undefined
    throw unusable(path, error instanceof Error ? error.message : String(error))
  }
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
