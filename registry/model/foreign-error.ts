/**
 * What an error of Node or of a library says, in words for people. Their own words are written for whoever wrote the
 * library (OpenSSL's file names, a JSON parser's positions), and may hold whatever a server sent.
 */
import { quote } from './label.ts'

/** OpenSSL's verdicts on a certificate: https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/ */
const CERTIFICATE =
  /^(?:CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_(?:CA|PURPOSE)|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/
const TLS = /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/
const OPENSSL_TEXT = /\berror:[0-9A-F]{6,16}:/i
/** What the AWS SDK adds to the message of any error that an answer causes while it is read. */
const NOT_READ = 'Deserialization error'

export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return quote(String(error))
  const code = codeOf(error)
  const named = code === undefined ? '' : ` (${quote(code, 64)})`
  if (code !== undefined && CERTIFICATE.test(code)) return `the certificate is not valid${named}`
  if (code !== undefined && TLS.test(code)) return `TLS cannot be used there${named}`
  if (code?.startsWith('HPE_')) return `the answer is not valid HTTP${named}`
  if (OPENSSL_TEXT.test(error.message.slice(0, 1_000)))
    return `what should be a key, a certificate or TLS is not${named}`
  if (isUnreadable(error)) return 'the answer is not in the format that it should be in'
  return quote(error.message)
}

/** The same with the error's name, which is what people look up, where that is more than how it was thrown. */
export function namedReasonOf(error: Error): string {
  return isUnreadable(error) ? reasonOf(error) : `${reasonOf(error)} (${quote(error.name, 64)})`
}

/** Whether it was thrown while an answer was read that is in another format: a web page instead of JSON or XML. */
export function isUnreadable(error: unknown): boolean {
  return error instanceof Error && (error instanceof SyntaxError || error.message.includes(NOT_READ))
}

/** `ECONNRESET`, `ERR_SSL_WRONG_VERSION_NUMBER`, …: its own, or that of the first of several addresses. */
export function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return codeOf(error.errors[0])
  return undefined
}
