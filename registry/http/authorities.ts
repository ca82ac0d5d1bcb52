/**
 * TLS settings per registry: additional certificate authorities, such as a company's own, and client certificates. Both
 * apply only to the hosts that they are configured for.
 */
import { X509Certificate } from 'node:crypto'
import * as tls from 'node:tls'
import { RegistryError } from '../model/errors.ts'
import { reasonOf } from '../model/foreign-error.ts'
import { foldHost } from '../model/reference.ts'
import { AUTHORITIES, type Environment, readAuthorities } from '../model/settings.ts'
import type { Trust } from './guard.ts'

/** PEM texts of certificates and their keys, in the same order. */
export interface ClientCertificate {
  readonly cert: readonly string[]
  readonly key: readonly string[]
}

/** By host, with its port if references have one. */
export type ClientCertificates = ReadonlyMap<string, ClientCertificate>

/** The authorities for a host's connections. */
export interface Authorities {
  /** Distinguishes connection pools with different authorities. */
  readonly id: string
  /** Created once, since Node would parse all of its root certificates for each connection. */
  readonly secureContext: tls.SecureContext
}

/**
 * @returns the authorities by URL; undefined if no additional ones are configured
 * @throws RegistryError for an invalid certificate or key
 */
export function createAuthorities(
  environment: Environment,
  clients: ClientCertificates = new Map(),
): (url: URL, trust?: Trust) => Authorities | undefined {
  const authorities = readAuthorities(environment)
  const made = new Map<string, Authorities>()
  const withClient = new Map<string, Authorities>()
  for (const [host, encoded] of authorities) made.set(host, authoritiesOf(host, encoded))
  for (const [host, client] of clients) {
    withClient.set(host, authoritiesOf(host, authorities.get(host), client))
  }
  return ({ protocol, host, port }, trust = 'operator') => {
    if (protocol !== 'https:') return undefined
    // A reference may have a default port, which URLs omit.
    const names = [foldHost(host), ...(port === '' ? [`${host}:443`] : [])]
    const find = (all: ReadonlyMap<string, Authorities>) => names.map((name) => all.get(name)).find(Boolean)
    // URLs that a server names get no client certificate.
    return (trust === 'operator' ? find(withClient) : undefined) ?? find(made)
  }
}

function authoritiesOf(host: string, encoded?: readonly string[], client?: ClientCertificate): Authorities {
  if (encoded?.length === 0) throw invalid(`"${host}" has no certificate after it`)
  const certificates = encoded?.map((one) => pemOf(one, host))
  // As in Docker, an intermediate authority is sufficient.
  const ca = certificates && { ca: [...defaultAuthorities(), ...certificates], allowPartialTrustChain: true }
  if (client === undefined) return { id: host, secureContext: tls.createSecureContext(ca) }
  try {
    const pairs = { cert: [...client.cert], key: [...client.key] }
    return { id: `${host} as client`, secureContext: tls.createSecureContext({ ...ca, ...pairs }) }
  } catch (error) {
    const why = `the client certificate for ${host} cannot be used with its key: ${reasonOf(error)}`
    throw new RegistryError(why, { kind: 'refused', cause: error })
  }
}

/** Includes those of NODE_EXTRA_CA_CERTS if Node has getCACertificates. */
function defaultAuthorities(): readonly string[] {
  const { getCACertificates } = tls
  return typeof getCACertificates === 'function' ? getCACertificates('default') : tls.rootCertificates
}

function pemOf(encoded: string, host: string): string {
  try {
    return new X509Certificate(Buffer.from(encoded, 'base64')).toString()
  } catch (error) {
    throw invalid(`${host}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function invalid(why: string): RegistryError {
  const message = `${AUTHORITIES} must be hosts followed by their certificates as PEM: ${why}`
  return new RegistryError(message, { kind: 'refused' })
}
