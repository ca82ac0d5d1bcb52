/** Errors for lost connections, and which of them a retry may resolve. */
import { RegistryError } from '../model/errors.ts'
import { reasonOf } from '../model/foreign-error.ts'
import { label } from '../model/label.ts'
import { foldHost } from '../model/reference.ts'
import { tlsCode, tlsFault } from './tls/fault.ts'

/** An error for a connection that the client closed, with a code like Node's own errors. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** A pooled connection that the server had closed. */
export const STALE = 'STALE_CONNECTION'

/** Codes that a retry does not change, such as an unknown host or an invalid certificate. */
const LASTING =
  /^(ENOTFOUND|ERR_TLS_CERT_ALTNAME_INVALID|ERR_INVALID_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_(CA|PURPOSE)|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|BAD_RECORD_TYPE|NO_PROTOCOLS|UNSUPPORTED|\w*ALERT_(PROTOCOL|HANDSHAKE|CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA)))/

const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while sending',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the DNS lookup failed temporarily',
  EHOSTUNREACH: 'the host is unreachable',
  ENETUNREACH: 'the network is unreachable',
}

/** The certificate's authority is unknown: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/ */
const UNKNOWN_AUTHORITY =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_SIGNATURE_FAILURE)$/

/** @param stale true if the connection was reused, and no response has begun */
export function lostConnection(
  request: { readonly method: string; readonly url: URL },
  error: Error,
  stale: boolean,
): RegistryError {
  const code = tlsCode(error)
  const why =
    error instanceof ConnectionLost
      ? error.message
      : (IN_WORDS[code ?? ''] ?? ofTls(code ?? '', request.url) ?? reasonOf(error))
  const what = label(request.method, request.url)
  return new RegistryError(`${what} failed: ${why}`, {
    kind: 'unavailable',
    request: what,
    cause: error,
    code: stale && !(error instanceof ConnectionLost) ? STALE : code,
  })
}

/** Explains a certificate or TLS error and its fix. */
function ofTls(code: string, url: URL): string | undefined {
  const { host } = url
  if (UNKNOWN_AUTHORITY.test(code)) {
    const fix = `add its certificate to registries.${foldHost(host)}.ca of the list (for the copy command, to NODE_EXTRA_CA_CERTS)`
    return `the certificate of ${host} is signed by an unknown authority; if it is your company's own, ${fix}`
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return `the certificate of ${host}, or of an authority that signed it, has expired; ask the operator of ${host} to renew it, or add the authority's new certificate to registries.${foldHost(host)}.ca of the list`
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of ${host} is for other hosts; use a host name that the certificate has`
  }
  return tlsFault(code, url)
}

/** Whether a retry may succeed. */
export function mayRecover(error: RegistryError): boolean {
  return error.code === undefined || !LASTING.test(error.code)
}
