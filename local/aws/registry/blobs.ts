/** `/v2/<name>/blobs/<digest>`: HEAD, GET with ranges, DELETE. */
import { pipeline } from 'node:stream/promises'
import type { ByteRange } from './blobs-on-disk.ts'
import { type Exchange, notAllowed, requireDigest, requireRepository, send } from './exchange.ts'
import { OciError } from './oci-error.ts'

export async function handleBlob(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { store, policy, request } = exchange
  const digest = requireDigest(exchange, reference)
  await requireRepository(exchange, repository)
  const size = await store.blobs.size(repository, digest)
  if (size === undefined) throw new OciError(404, 'BLOB_UNKNOWN', `blob ${digest} is not in ${repository}`)

  if (request.method === 'DELETE' && policy.deletes) {
    await store.blobs.unlink(repository, digest)
    return send(exchange, 202)
  }
  const headers = {
    'content-type': 'application/octet-stream',
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
  }
  if (request.method === 'HEAD') {
    exchange.response.writeHead(200, { ...headers, 'content-length': size }).end()
    return
  }
  if (request.method !== 'GET') throw notAllowed('GET, HEAD, DELETE')
  const elsewhere = policy.redirectBlob(repository, digest)
  if (elsewhere !== undefined) return send(exchange, 307, { location: elsewhere })

  const range = rangeOf(request.headers.range, size)
  const length = range ? range.last - range.first + 1 : size
  exchange.response.writeHead(range ? 206 : 200, {
    ...headers,
    'content-length': length,
    ...(range ? { 'content-range': `bytes ${range.first}-${range.last}/${size}` } : {}),
  })
  await pipeline(store.blobs.read(digest, range), exchange.response)
}

/**
 * A single range of bytes; undefined means all of them, which is also the right answer to what is not understood.
 * https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 * @throws {OciError} 416
 */
export function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (first <= last) return { first, last }
  throw new OciError(416, 'SIZE_INVALID', `there are no bytes ${header} of ${size}`, {
    headers: { 'content-range': `bytes */${size}` },
  })
}
