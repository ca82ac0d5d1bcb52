/**
 * Who may sign the certificates of single registries, because the operator says so: a company's own authority, which
 * counts at the hosts that it is named for and at no other. What Node trusts by itself counts there as well.
 */
import { X509Certificate } from 'node:crypto'
import * as tls from 'node:tls'
import { RegistryError } from './errors.ts'
import { foldHost } from './reference.ts'
import { authoritiesVariable, type Environment, readAuthorities } from './settings.ts'

/** What a connection's certificate is held against. */
export interface Authorities {
  /** Tells connections apart: those that were made with other authorities have another one. */
  readonly id: string
  /** Made once: Node would read its own hundred anew for each connection. */
  readonly secureContext: tls.SecureContext
}

/** @returns by URL; undefined where those that Node trusts are all. The function throws RegistryError for what is no certificate */
export function createAuthorities(environment: Environment): (url: URL) => Authorities | undefined {
  const known = new Map<string, Authorities | undefined>()
  return (url) => {
    if (url.protocol !== 'https:') return undefined
    const { host } = url
    if (!known.has(host)) known.set(host, authoritiesAt(url, environment))
    return known.get(host)
  }
}

function authoritiesAt({ host, port }: URL, environment: Environment): Authorities | undefined {
  // What people call it: by the name that references have, and maybe with the port that URLs leave out.
  const names = [foldHost(host), ...(port === '' ? [`${host}:443`] : [])]
  const name = names.find((one) => environment[authoritiesVariable(one)])
  if (name === undefined) return undefined
  const certificates = readAuthorities(name, environment).map((encoded) => pemOf(encoded, name))
  if (certificates.length === 0) throw invalid(name, 'it holds none')
  return {
    id: host,
    // An authority that is itself signed by another is enough, as it is for docker.
    secureContext: tls.createSecureContext({
      ca: [...usual(), ...certificates],
      allowPartialTrustChain: true,
    }),
  }
}

/** With those of NODE_EXTRA_CA_CERTS. Older Nodes only tell of those that they bring. */
function usual(): readonly string[] {
  return typeof tls.getCACertificates === 'function' ? tls.getCACertificates('default') : tls.rootCertificates
}

function pemOf(encoded: string, registry: string): string {
  try {
    return new X509Certificate(Buffer.from(encoded, 'base64')).toString()
  } catch (error) {
    throw invalid(registry, error instanceof Error ? error.message : String(error))
  }
}

function invalid(registry: string, why: string): RegistryError {
  const message = `${authoritiesVariable(registry)} is not the certificate of an authority, as PEM: ${why}`
  return new RegistryError(message, { kind: 'refused' })
}
