/** Connections that broke, and which of those breaks can pass. */
import { RegistryError } from './errors.ts'
import { label } from './label.ts'

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
  /^(ENOTFOUND|ERR_TLS_CERT_ALTNAME_INVALID|ERR_INVALID_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_SSL_(WRONG_VERSION|TLSV1_ALERT_PROTOCOL|NO_PROTOCOLS))/

const IN_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while we were sending',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name cannot be looked up for now',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
}

/** @param stale true when the connection was kept from an earlier request, and no answer to this one has begun */
export function lostConnection(
  request: { readonly method: string; readonly url: URL },
  error: Error,
  stale: boolean,
): RegistryError {
  const code = codeOf(error)
  const why = error instanceof Lost ? error.message : (IN_WORDS[code ?? ''] ?? error.message)
  const what = label(request.method, request.url)
  return new RegistryError(`${what} failed: ${why}`, {
    kind: 'unavailable',
    request: what,
    cause: error,
    code: stale && code !== 'ETIMEDOUT' ? STALE : code,
  })
}

/** Whether a break is one that another try may not meet again. */
export function canPass(error: RegistryError): boolean {
  return error.code === undefined || !LASTING.test(error.code)
}

function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code
  // Several addresses were tried, and none would do.
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return undefined
}
