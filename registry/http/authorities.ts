/**
 * TLS settings of single registries, as the operator gives them: a company's own authority, which counts at the hosts
 * that it is named for beside those that Node trusts, and client certificates, which no other host sees.
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

/** By host, with its port where references have one. */
export type ClientCertificates = ReadonlyMap<string, ClientCertificate>

/** What a connection's certificate is held against. */
export interface Authorities {
  /** Tells connections apart: those that were made with other authorities have another one. */
  readonly id: string
  /** Made once: Node would read its own hundred anew for each connection. */
  readonly secureContext: tls.SecureContext
}

/**
 * @returns by URL; undefined where the authorities that Node trusts are all
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
    // References name the host, and maybe the port that URLs leave out.
    const names = [foldHost(host), ...(port === '' ? [`${host}:443`] : [])]
    const find = (all: ReadonlyMap<string, Authorities>) => names.map((name) => all.get(name)).find(Boolean)
    // A URL that a server names is not asked in the operator's name.
    return (trust === 'operator' ? find(withClient) : undefined) ?? find(made)
  }
}

function authoritiesOf(host: string, encoded?: readonly string[], client?: ClientCertificate): Authorities {
  if (encoded?.length === 0) throw invalid(`there is no certificate after "${host}"`)
  const certificates = encoded?.map((one) => pemOf(one, host))
  // An authority that is itself signed by another is enough, as it is for docker.
  const ca = certificates && { ca: [...usual(), ...certificates], allowPartialTrustChain: true }
  if (client === undefined) return { id: host, secureContext: tls.createSecureContext(ca) }
  try {
    const pairs = { cert: [...client.cert], key: [...client.key] }
    return { id: `${host} as client`, secureContext: tls.createSecureContext({ ...ca, ...pairs }) }
  } catch (error) {
    const why = `the client certificate for ${host} cannot be used with its key: ${reasonOf(error)}`
    throw new RegistryError(why, { kind: 'refused', cause: error })
  }
}

/** With those of NODE_EXTRA_CA_CERTS. Older Nodes only tell of those that they bring. */
function usual(): readonly string[] {
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
  const message = `${AUTHORITIES} is not what it must be, hosts and then certificates as PEM: ${why}`
  return new RegistryError(message, { kind: 'refused' })
}
