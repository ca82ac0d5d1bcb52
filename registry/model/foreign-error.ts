/**
 * Rewords errors of Node and libraries for users. The original messages have internal details (OpenSSL's file names, a
 * JSON parser's positions) and may contain text that a server sent.
 */
import { quote } from './label.ts'

/** OpenSSL's certificate errors: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/ */
const CERTIFICATE =
  /^(?:CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_(?:CA|PURPOSE)|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/
const TLS = /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/
const OPENSSL_TEXT = /\berror:[0-9A-F]{6,16}:/i
/** The AWS SDK adds this to the message of each error that occurs while it reads a response. */
const NOT_READ = 'Deserialization error'

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return quote(String(error))
  const code = codeOf(error)
  const named = code === undefined ? '' : ` (${quote(code, 64)})`
  if (code !== undefined && CERTIFICATE.test(code)) return `the certificate is not valid${named}`
  if (code !== undefined && TLS.test(code)) return `the TLS connection failed${named}`
  if (code?.startsWith('HPE_')) return `the response is not valid HTTP${named}`
  if (OPENSSL_TEXT.test(error.message.slice(0, 1_000)))
    return `a key, a certificate or TLS data is malformed${named}`
  if (isUnreadable(error)) return 'the response has an unexpected format'
  return quote(error.message)
}

/** The reason with the error's name, which users look up. Parse errors have no useful name. */
export function namedReasonOf(error: Error): string {
  return isUnreadable(error) ? reasonOf(error) : `${reasonOf(error)} (${quote(error.name, 64)})`
}

/** Whether the error was thrown while reading a response in an unexpected format, such as HTML instead of JSON. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof Error && (error instanceof SyntaxError || error.message.includes(NOT_READ))
}

/** The error's code, such as `ECONNRESET`; of an AggregateError, that of its first error. */
export function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return undefined
}
