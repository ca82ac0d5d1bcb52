/**
 * Detects TLS on loopback addresses. The client tries plain HTTP there first. A port forward or test registry that
 * requires TLS responds with a 400, an alert or a closed connection, and the client switches to TLS.
 */
import { RegistryError } from '../../model/errors.ts'
import { drain } from '../body.ts'
import { ANSWERS_IN_TLS } from '../heads/expect-head.ts'
import { countTraffic } from '../traffic.ts'
import type { Transport, WireResponse } from '../transport.ts'
import { USER_AGENT } from '../user-agent.ts'
import { isNoTls, spokeTls } from './fault.ts'

export interface TlsOnLoopback {
  /** The URL with the registry's current scheme. */
  current(url: URL): URL
  /** Evaluates the outcome of a request. Returns true if the registry speaks TLS and the request should be retried. */
  turnsOut(outcome: Outcome, asked: URL): Promise<boolean>
}

type Outcome = { readonly response: WireResponse } | { readonly error: unknown }

/** Go, nginx, Apache, Tomcat and others: https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors */
const STATUSES = new Set([400, 426, 497])
const CODES = new Set([ANSWERS_IN_TLS, 'ECONNRESET', 'EPIPE', 'STALE_CONNECTION'])
/** A server without TLS may take the TLS handshake for a request and wait for the rest. */
const PROBE_MS = 2_000

/** @param base the registry's URL, whose scheme may change to https */
export function tlsOnLoopback(base: URL, transport: Transport): TlsOnLoopback {
  const plainOrigin = base.origin
  // Without a port the URL means port 80, where TLS is never intended.
  let isSettled = base.protocol !== 'http:' || base.port === ''
  let probing: Promise<void> | undefined

  async function probe(): Promise<void> {
    const url = current(new URL('/v2/', base), 'https:')
    const request = { method: 'GET', url, headers: { 'user-agent': USER_AGENT }, trust: 'operator' as const }
    try {
      const signal = AbortSignal.timeout(PROBE_MS)
      const response = await transport.send({ ...request, traffic: countTraffic(), counted: false, signal })
      await drain(response.body)
      base.protocol = 'https:'
    } catch (error) {
      const code = error instanceof RegistryError ? error.code : undefined
      if (spokeTls(code)) base.protocol = 'https:'
      // The server may be starting up, so the next sign of TLS starts another probe.
      else if (!isNoTls(code)) probing = undefined
    }
    isSettled = probing !== undefined
  }

  function current(url: URL, protocol = base.protocol): URL {
    if (url.origin !== plainOrigin || protocol === url.protocol) return url
    const changed = new URL(url)
    changed.protocol = protocol
    return changed
  }

  return {
    current: (url) => current(url),
    async turnsOut(outcome, asked) {
      if (!isSettled && isSign(outcome)) {
        probing ??= probe()
        await probing
      }
      if ('response' in outcome && asked.protocol === base.protocol) isSettled = true
      return current(asked) !== asked
    },
  }
}

function isSign(outcome: Outcome): boolean {
  if ('response' in outcome) return STATUSES.has(outcome.response.status)
  return outcome.error instanceof RegistryError && CODES.has(outcome.error.code ?? '')
}
