/** Connections that broke, and which of those breaks can pass. */
import { RegistryError } from '../model/errors.ts'
import { reasonOf } from '../model/foreign-error.ts'
import { label } from '../model/label.ts'
import { foldHost } from '../model/reference.ts'
import { tlsCode, tlsFault } from './tls/fault.ts'

/** Why a connection was given up, in words, with a code as Node's own errors have one. */
export class Lost extends Error {
  override readonly name = 'Lost'
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** A connection that was kept from an earlier request, and that the server had tired of. */
export const STALE = 'STALE_CONNECTION'

/** Codes that will be the same on the next try: the name is wrong, or the certificate is. */
const LASTING =
  /^(ENOTFOUND|ERR_TLS_CERT_ALTNAME_INVALID|ERR_INVALID_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_(CA|PURPOSE)|ERR_SSL_(WRONG_VERSION|PACKET_LENGTH|HTTP_REQUEST|BAD_RECORD_TYPE|NO_PROTOCOLS|UNSUPPORTED|\w*ALERT_(PROTOCOL|HANDSHAKE|CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA)))/

const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while we were sending',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up for now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
}

/** Nobody that we know has signed it: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/ */
const UNKNOWN_AUTHORITY =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(_LOCALLY)?)|CERT_SIGNATURE_FAILURE)$/

/** @param stale true when the connection was kept from an earlier request, and no answer to this one has begun */
export function lostConnection(
  request: { readonly method: string; readonly url: URL },
  error: Error,
  stale: boolean,
): RegistryError {
  const code = tlsCode(error)
  const why =
    error instanceof Lost
      ? error.message
      : (IN_WORDS[code ?? ''] ?? ofTls(code ?? '', request.url) ?? reasonOf(error))
  const what = label(request.method, request.url)
  return new RegistryError(`${what} failed: ${why}`, {
    kind: 'unavailable',
    request: what,
    cause: error,
    code: stale && !(error instanceof Lost) ? STALE : code,
  })
}

/** What is wrong with the certificate of a host or with its TLS, and who can do what about it. */
function ofTls(code: string, url: URL): string | undefined {
  const { host } = url
  if (UNKNOWN_AUTHORITY.test(code)) {
    const fix = `registries.${foldHost(host)}.ca of the list names that authority's certificate (for a copy by hand, NODE_EXTRA_CA_CERTS does)`
    return `no authority that is known here has signed the certificate of ${host}; where it is a company's own, ${fix}`
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return `the certificate of ${host}, or of an authority that signed it, has expired; who runs ${host} has to renew it, or registries.${foldHost(host)}.ca of the list has to name the authority that took its place`
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `the certificate of ${host} is for other hosts; name the registry as its certificate does`
  }
  return tlsFault(code, url)
}

/** Whether a break is one that another try may not meet again. */
export function canPass(error: RegistryError): boolean {
  return error.code === undefined || !LASTING.test(error.code)
}
