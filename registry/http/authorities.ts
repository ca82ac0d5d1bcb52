/**
 * Who may sign the certificates of single registries, because the operator says so: a company's own authority, which
 * counts at the hosts that it is named for and at no other. What Node trusts by itself counts there as well.
 */
import type { SecureContext } from 'node:tls'
import { RegistryError } from '../model/errors.ts'
import { crypto, tls } from '../model/node-modules.ts'
import { foldHost } from '../model/reference.ts'
import { AUTHORITIES, type Environment, readAuthorities } from '../model/settings.ts'

/** What a connection's certificate is held against. */
export interface Authorities {
  /** Tells connections apart: those that were made with other authorities have another one. */
  readonly id: string
  /** Made once: Node would read its own hundred anew for each connection. */
  readonly secureContext: SecureContext
}

/** @returns by URL; undefined where those that Node trusts are all. @throws RegistryError for what is no certificate */
export function createAuthorities(environment: Environment): (url: URL) => Authorities | undefined {
  const made = new Map<string, Authorities>()
  for (const [host, encoded] of readAuthorities(environment)) made.set(host, authoritiesOf(host, encoded))
  return ({ protocol, host, port }) => {
    if (protocol !== 'https:') return undefined
    // What people call it: by the name that references have, and maybe with the port that URLs leave out.
    return made.get(foldHost(host)) ?? (port === '' ? made.get(`${host}:443`) : undefined)
  }
}

function authoritiesOf(host: string, encoded: readonly string[]): Authorities {
  if (encoded.length === 0) throw invalid(`there is no certificate after "${host}"`)
  const certificates = encoded.map((one) => pemOf(one, host))
  return {
    id: host,
    // An authority that is itself signed by another is enough, as it is for docker.
    secureContext: tls().createSecureContext({
      ca: [...usual(), ...certificates],
      allowPartialTrustChain: true,
    }),
  }
}

/** With those of NODE_EXTRA_CA_CERTS. Older Nodes only tell of those that they bring. */
function usual(): readonly string[] {
  const { getCACertificates } = tls()
  return typeof getCACertificates === 'function' ? getCACertificates('default') : tls().rootCertificates
}

function pemOf(encoded: string, host: string): string {
  try {
    return new (crypto().X509Certificate)(Buffer.from(encoded, 'base64')).toString()
  } catch (error) {
    throw invalid(`${host}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function invalid(why: string): RegistryError {
  const message = `${AUTHORITIES} is not what it must be, hosts and then certificates as PEM: ${why}`
  return new RegistryError(message, { kind: 'refused' })
}
