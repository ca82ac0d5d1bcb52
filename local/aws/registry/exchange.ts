/** One request and its response, with the context that handlers need, and helpers that send responses. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { type Digest, isDigest } from '../../../registry/model/reference.ts'
import { OciError } from './oci-error.ts'
import type { RegistryPolicy } from './policy.ts'
import type { Store } from './store/store.ts'
import type { Uploads } from './store/uploads-in-progress.ts'

export interface Exchange {
  readonly store: Store
  readonly uploads: Uploads
  readonly policy: RegistryPolicy
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly query: URLSearchParams
}

/** Sends a response; HEAD receives only the headers. */
export function send(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  status: number,
  headers: OutgoingHttpHeaders = {},
  body: Uint8Array | string = '',
): void {
  const bytes = Buffer.from(body)
  // A 204 response must not have a Content-Length: https://www.rfc-editor.org/rfc/rfc9110#section-8.6
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': bytes.length }) })
  response.end(request.method === 'HEAD' || status === 204 ? undefined : bytes)
}

export function sendError(exchange: Pick<Exchange, 'request' | 'response'>, error: OciError): void {
  const type = error.text === undefined ? 'application/json' : 'text/plain; charset=utf-8'
  send(exchange, error.status, { ...error.headers, 'content-type': type }, error.text ?? error.envelope())
}

/** The value of a Location header, in the form that the policy specifies. */
export function location({ policy, request }: Exchange, path: string): string {
  return policy.locations === 'absolute' ? `http://${request.headers.host}${path}` : path
}

/** @throws {OciError} NAME_UNKNOWN */
export async function requireRepository({ store, policy }: Exchange, repository: string): Promise<void> {
  if (!(await store.repositories.has(repository))) throw policy.nameUnknown(repository)
}

/** Creates the target repository of a push if the policy says so. @throws {OciError} NAME_UNKNOWN */
export async function repositoryToPushTo(exchange: Exchange, repository: string): Promise<void> {
  if (exchange.policy.createOnPush) await exchange.store.repositories.create(repository)
  await requireRepository(exchange, repository)
}

/** @throws {OciError} DIGEST_INVALID */
export function requireDigest({ policy }: Exchange, text: string | null): Digest {
  if (!text || !isDigest(text)) throw new OciError(400, 'DIGEST_INVALID', `"${text}" is not a digest`)
  const algorithm = text.split(':')[0] ?? ''
  if (policy.digestAlgorithms.includes(algorithm)) return text
  throw new OciError(400, 'DIGEST_INVALID', `the digest algorithm ${algorithm} is not supported`)
}

/** The number after `n`. @throws {OciError} PAGINATION_NUMBER_INVALID */
export function pageSize({ query }: Exchange): number | undefined {
  const text = query.get('n')
  if (text === null) return undefined
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new OciError(400, 'PAGINATION_NUMBER_INVALID', `n must be a whole number, not "${text}"`)
}

export function notAllowed(allow: string): OciError {
  return new OciError(405, 'UNSUPPORTED', 'the operation is unsupported', { headers: { allow } })
}
