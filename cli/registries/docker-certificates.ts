/**
 * Reads Docker's and Podman's certificates for individual registries from folders with the registries' names:
 * authorities from `*.crt` files, and client certificates from pairs of `*.cert` and `*.key` files.
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
 * Returns the environment with these authorities added. Authorities that it already sets for a registry take precedence.
 * @param folders - in order of precedence; the first one with certificates for a registry is used
 * @throws RegistryError for a file that cannot be read or does not consist of certificates
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
 * Returns the client certificates for these registries. Keys are kept in memory and never put into the environment.
 * @param folders - in order of precedence; the first one with certificates for a registry is used
 * @throws RegistryError for a certificate without its key, or a key without its certificate
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

/** Skips unreadable keys, which may belong to root: a registry that requires the certificate reports it. */
function readIfAllowed(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EACCES' || code === 'EPERM') return undefined
    throw unusable(path, error instanceof Error ? error.message : String(error))
  }
}

/** Returns the folder's certificates as concatenated PEM, or an empty string. */
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
    // The folder is missing or not readable.
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
  return new RegistryError(`${path} cannot be used: ${why}; fix the file or remove it`, { kind: 'refused' })
}
