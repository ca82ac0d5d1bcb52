/** Interprets errors of TLS connections. */
import { codeOf } from '../../model/foreign-error.ts'
import { foldHost } from '../../model/reference.ts'

/** OpenSSL's reason in an error message. Node sets it as a code for some errors only. */
const REASON = /error:[0-9A-F]{1,16}:SSL routines:[^:]{0,80}:([^:]{1,80}):/
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|BAD_RECORD_TYPE)$/
const WANTS_CERTIFICATE = /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)$/
const VERDICT =
  /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_(CA|PURPOSE)|ERR_SSL_\w*ALERT_)/

/** The error's code; for `EPROTO` a code from OpenSSL's reason, such as `ERR_SSL_WRONG_VERSION_NUMBER`. */
export function tlsCode(error: Error): string | undefined {
  const code = codeOf(error)
  if (code !== 'EPROTO') return code
  const reason = REASON.exec(error.message.slice(0, 1_000))?.[1]
  return reason === undefined ? code : `ERR_SSL_${reason.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`
}

/** An explanation with a fix; undefined for other codes. */
export function tlsFault(code: string, { host }: URL): string | undefined {
  if (isNoTls(code)) {
    return `${host} does not speak TLS; it seems to speak plain HTTP, which is allowed for loopback addresses only; use its TLS port, or put a proxy with a certificate in front of it`
  }
  if (WANTS_CERTIFICATE.test(code)) {
    return `${host} rejected the TLS connection: it requires a client certificate that it accepts, or another TLS version; the copy command reads client.cert and client.key from docker's certs.d/${foldHost(host)}`
  }
  return undefined
}

/** Whether the server's response was not TLS. */
export function isNoTls(code: string | undefined): boolean {
  return code !== undefined && NO_TLS.test(code)
}

/** Whether the server speaks TLS, although the handshake failed. */
export function spokeTls(code: string | undefined): boolean {
  return code !== undefined && VERDICT.test(code)
}
