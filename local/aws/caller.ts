/**
 * Who may call the embedded services: the run that started them. Other users of the machine reach its loopback
 * addresses, and so do web pages, by a name of their own that resolves to 127.0.0.1 (DNS rebinding).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'

/** The key of a run. It travels as the session token of its credentials, which the SDK sends with every call. */
export function newRunKey(): string {
  return randomBytes(24).toString('base64url')
}

/** Why a call is refused; undefined if it comes from the run that has this key. */
export function refusalOf(headers: IncomingHttpHeaders, key: string | undefined): string | undefined {
  if (!isForLoopback(headers)) return NOT_FOR_LOOPBACK
  if (key === undefined || isSame(String(headers['x-amz-security-token'] ?? ''), key)) return undefined
  return 'The security token is not that of this run: AWS_SESSION_TOKEN must be its key'
}

/** For registries, which check the credentials of their callers themselves. */
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

/** In constant time, whatever the lengths. */
function isSame(given: string, key: string): boolean {
  const [a, b] = [given, key].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}
