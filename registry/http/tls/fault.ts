/** What a failed TLS connection says: whether the other side speaks TLS at all, and what it holds against us. */
import { codeOf } from '../../model/foreign-error.ts'
import { foldHost } from '../../model/reference.ts'

/** OpenSSL's reason, which Node has as a code for some failures and in a text with file names for others. */
const REASON = /error:[0-9A-F]{1,16}:SSL routines:[^:]{0,80}:([^:]{1,80}):/
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|BAD_RECORD_TYPE)$/
const WANTS_CERTIFICATE = /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/
const VERDICT =
  /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_(CA|PURPOSE)|ERR_SSL_\w*ALERT_)/

/** The error's code, with OpenSSL's reason in the place of `EPROTO`: `ERR_SSL_WRONG_VERSION_NUMBER`. */
export function tlsCode(error: Error): string | undefined {
  const code = codeOf(error)
  if (code !== 'EPROTO') return code
  const reason = REASON.exec(error.message.slice(0, 1_000))?.[1]
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`
}

/** Undefined for other codes. */
export function tlsFault(code: string, { host }: URL): string | undefined {
  if (isNoTls(code)) {
    return `${host} does not speak TLS but, as it seems, plain HTTP, which is for loopback addresses only; name the port that speaks TLS, or put a proxy with a certificate before it`
  }
  if (WANTS_CERTIFICATE.test(code)) {
    return `${host} refuses to connect without a client certificate that it knows, or with the versions of TLS that are known here; a copy by hand takes client.cert and client.key from docker's certs.d/${foldHost(host)}`
  }
  return undefined
}

/** Whether what came was no TLS at all. */
export function isNoTls(code: string | undefined): boolean {
  return code !== undefined && NO_TLS.test(code)
}

/** Whether the other side spoke TLS, and was not happy with it or we with its certificate. */
export function spokeTls(code: string | undefined): boolean {
  return code !== undefined && VERDICT.test(code)
}
