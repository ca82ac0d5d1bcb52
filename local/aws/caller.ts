/**
 * Restricts the embedded services to the run that started them. Other users of the machine can reach its loopback
 * addresses, and so can web pages, through a host name that resolves to 127.0.0.1 (DNS rebinding).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** Creates the key of a run. It is the session token of the run's credentials, which the SDK sends with every call. */
export function newRunKey(): string {
  return randomBytes(24).toString('base64url')
}

/** Returns why a call is refused, or undefined if it carries the run's key. */
export function refusalOf(headers: IncomingHttpHeaders, key: string | undefined): string | undefined {
  if (!isForLoopback(headers)) return NOT_FOR_LOOPBACK
  if (key === undefined || isSame(String(headers['x-amz-security-token'] ?? ''), key)) return undefined
  return 'The security token is not that of this run: AWS_SESSION_TOKEN must be its key'
}

/** Admits only requests to a loopback host, for registries, which check credentials themselves. */
export function forLoopback(handler: RequestListener): RequestListener {
  return (request: IncomingMessage, response: ServerResponse & { req: IncomingMessage }) => {
    if (isForLoopback(request.headers)) return handler(request, response)
    const errors = [{ code: 'DENIED', message: NOT_FOR_LOOPBACK }]
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ errors }))
  }
}

const NOT_FOR_LOOPBACK = 'The Host header must name a loopback address, such as 127.0.0.1'

function isForLoopback({ host = '' }: IncomingHttpHeaders): boolean {
  return /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host)
}

/** Compares in constant time, whatever the lengths. */
function isSame(given: string, key: string): boolean {
  const [a, b] = [given, key].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
