/**
 * Methods of sending a blob into a session. A single PUT saves a round trip, and Google's registries require it. One
 * PATCH without Content-Range is what docker does. Chunks are for registries that accept neither at this size.
 */

import type { Connection } from '../connection/connection.ts'
import type { Site } from '../connection/site.ts'
import { drain } from '../http/body.ts'
import type { WireResponse } from '../http/transport.ts'
import { RegistryError, restate } from '../model/errors.ts'
import type { Descriptor } from '../model/manifest.ts'
import type { Tries } from '../retry/retry.ts'
import { hasBlob } from './blob-head.ts'
import type { Feed } from './feed.ts'
import { uploadLocation, withDigest } from './location.ts'

export type UploadMethod = 'put' | 'patch' | 'chunks'

/** The method that works at a registry, shared by all uploads to it. */
export interface UploadSupport {
  current: UploadMethod
  /** Whether the registry can cancel sessions. ECR cannot. */
  readonly cancels: boolean
}

export interface Transfer {
  readonly site: Site
  readonly descriptor: Descriptor
  readonly feed: Feed
  readonly tries: Tries
  readonly signal: AbortSignal
}

/** ECR accepts 5 MiB to 20 MB. */
const CHUNK_BYTES = 10 * 1024 * 1024
/** The minimum rate at which a registry is expected to hash a blob before it responds. */
const HASHED_BYTES_A_MS = 10_000

export function nextMethod(method: UploadMethod): UploadMethod | undefined {
  if (method === 'put') return 'patch'
  return method === 'patch' ? 'chunks' : undefined
}

/** Sends the blob and commits it. */
export async function sendBlob(
  method: UploadMethod,
  session: WireResponse | URL,
  transfer: Transfer,
): Promise<void> {
  const location = session instanceof URL ? session : locationOf(session, transfer.site)
  const { descriptor, feed } = transfer
  if (method === 'put' || descriptor.size === 0) {
    const body = { size: descriptor.size, chunks: feed.take(descriptor.size) }
    return commit(transfer, location, body)
  }
  const last =
    method === 'patch'
      ? await sendWhole(transfer, location)
      : await sendChunks(transfer, location, chunkSize(session))
  return commit(transfer, last)
}

type Body = Parameters<Connection['askOnce']>[0]['body']

async function commit(transfer: Transfer, location: URL, body: Body = new Uint8Array()): Promise<void> {
  const { site, descriptor, signal } = transfer
  const { digest, size } = descriptor
  const sent = ask(transfer, 'PUT', withDigest(location, digest), body, {}, size)
  const response = await sent.catch((error: unknown) => {
    throw isLost(error) || isNotTrue(error, transfer) ? restate(error, { kind: 'unavailable' }) : error
  })
  const stored = response.headers['docker-content-digest']
  if (stored === undefined || stored === digest || digest.startsWith('sha256:')) return
  // Some registries report the sha256 of each blob, but also serve it by the other digest.
  if (await hasBlob(site, descriptor, signal)) return
  throw new RegistryError(
    `${location.host} does not keep the digest ${digest}: it stored the blob as ${stored}`,
    {
      kind: 'unsupported',
    },
  )
}

/** GHCR sometimes loses an uploaded blob: https://github.com/GoogleContainerTools/jib/issues/4301 */
function isLost(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code === 'BLOB_UNKNOWN'
}

/**
 * Whether the target wrongly rejects bytes that were verified at the source: because of a concurrent upload of the blob,
 * or corruption in transit. Digests other than sha256 are excluded, since some registries never support them.
 */
function isNotTrue(error: unknown, { descriptor: { digest, size }, feed }: Transfer): error is RegistryError {
  if (!(error instanceof RegistryError) || error.kind !== 'invalidContent') return false
  return feed.sent() === size && feed.failure() === undefined && digest.startsWith('sha256:')
}

async function sendWhole(transfer: Transfer, location: URL): Promise<URL> {
  const { size } = transfer.descriptor
  const response = await ask(transfer, 'PATCH', location, { size, chunks: transfer.feed.take(size) })
  return uploadLocation(response) ?? location
}

/** Ignores the `Range` of the responses, since ECR's is wrong (https://github.com/aws/containers-roadmap/issues/2831). */
async function sendChunks(transfer: Transfer, first: URL, chunk: number): Promise<URL> {
  const { descriptor, feed } = transfer
  let location = first
  for (let start = 0; start < descriptor.size; start += chunk) {
    const size = Math.min(chunk, descriptor.size - start)
    const headers = { 'content-range': `${start}-${start + size - 1}` }
    const response = await ask(transfer, 'PATCH', location, { size, chunks: feed.take(size) }, headers)
    location = uploadLocation(response) ?? location
  }
  return location
}

async function ask(
  { site, tries, signal }: Transfer,
  method: 'PUT' | 'PATCH',
  url: URL,
  body: Body,
  headers: Readonly<Record<string, string>> = {},
  hashed = 0,
): Promise<WireResponse> {
  const response = await site.connection.askOnce(
    {
      method,
      url,
      scopes: site.push,
      headers: { 'content-type': 'application/octet-stream', ...headers },
      body,
      extraAnswerMs: hashed / HASHED_BYTES_A_MS,
      traffic: site.traffic,
      signal,
    },
    tries,
  )
  await drain(response.body)
  return response
}

function chunkSize(session: WireResponse | URL): number {
  const least = session instanceof URL ? 0 : Number(session.headers['oci-chunk-min-length'] ?? 0)
  return Math.max(CHUNK_BYTES, Number.isSafeInteger(least) ? least : 0)
}

function locationOf(response: WireResponse, { name }: Site): URL {
  const location = uploadLocation(response)
  if (location !== undefined) return location
  throw new RegistryError(`${name} started an upload without a valid Location header`, {
    kind: 'unavailable',
    status: response.status,
  })
}
