/**
 * The ways to send a blob into a session. One PUT is a round trip less and what Google's registries insist on; a whole
 * PATCH without Content-Range is what docker does; chunks are for registries that take neither at this size.
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

export type Way = 'put' | 'patch' | 'chunks'

/** What has worked at a registry; shared by all uploads to it. */
export interface Ways {
  current: Way
  /** Whether abandoned sessions are worth a DELETE: ECR knows none. */
  readonly cancels: boolean
}

export interface Transfer {
  readonly site: Site
  readonly descriptor: Descriptor
  readonly feed: Feed
  readonly tries: Tries
  readonly signal: AbortSignal
}

/** ECR wants 5 MiB at least and takes 20 MB at most. */
const CHUNK_BYTES = 10 * 1024 * 1024
/** At this rate at least a registry hashes what it has been sent, before it answers. */
const HASHED_BYTES_A_MS = 10_000

export function nextWay(way: Way): Way | undefined {
  if (way === 'put') return 'patch'
  return way === 'patch' ? 'chunks' : undefined
}

/** Sends the blob and commits it. */
export async function sendBlob(way: Way, session: WireResponse | URL, transfer: Transfer): Promise<void> {
  const location = session instanceof URL ? session : locationOf(session, transfer.site)
  const { descriptor, feed } = transfer
  if (way === 'put' || descriptor.size === 0) {
    const body = { size: descriptor.size, chunks: feed.take(descriptor.size) }
    return commit(transfer, location, body)
  }
  const last =
    way === 'patch'
      ? await sendWhole(transfer, location)
      : await sendChunks(transfer, location, chunkSize(session))
  return commit(transfer, last)
}

type Body = Parameters<Connection['askOnce']>[0]['body']

async function commit(transfer: Transfer, location: URL, body: Body = new Uint8Array()): Promise<void> {
  const { site, descriptor, signal } = transfer
  const { digest, size } = descriptor
  const asked = ask(transfer, 'PUT', withDigest(location, digest), body, {}, size)
  const response = await asked.catch((error: unknown) => {
    throw isLost(error) || isNotTrue(error, transfer) ? restate(error, { kind: 'unavailable' }) : error
  })
  const told = response.headers['docker-content-digest']
  if (told === undefined || told === digest || digest.startsWith('sha256:')) return
  // Some name every blob by its sha256, and serve it by the other digest as well.
  if (await hasBlob(site, descriptor, signal)) return
  throw new RegistryError(
    `${location.host} does not keep the digest ${digest}: it stored the blob as ${told}`,
    {
      kind: 'unsupported',
    },
  )
}

/** GHCR loses what it was sent, now and then: https://github.com/GoogleContainerTools/jib/issues/4301 */
function isLost(error: unknown): error is RegistryError {
  return error instanceof RegistryError && error.code === 'BLOB_UNKNOWN'
}

/**
 * The source's bytes were checked before the last of them was handed over: a target that doubts them met another upload
 * of the same blob, or they were spoiled on the way to it. A registry that knows no other digests doubts those for good.
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

/** The `Range` of the answers is not looked at: ECR's is wrong (https://github.com/aws/containers-roadmap/issues/2831). */
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
  throw new RegistryError(
    `${name} started an upload, but did not say where it goes on (no usable Location)`,
    {
      kind: 'unavailable',
      status: response.status,
    },
  )
}
