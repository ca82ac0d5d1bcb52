/** Sends a blob or the requested range of it. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { Digest } from '../../../registry/model/reference.ts'
import { OciError } from './oci-error.ts'
import type { ByteRange } from './store/blobs-on-disk.ts'
import type { Store } from './store/store.ts'

export interface ServedBlob {
  readonly store: Store
  readonly digest: Digest
  readonly size: number
  readonly headers?: OutgoingHttpHeaders
}

/** @throws {OciError} 416 */
export async function serveBlob(blob: ServedBlob, request: IncomingMessage, response: ServerResponse) {
  const { store, digest, size } = blob
  const range = rangeOf(request.headers.range, size)
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    ...blob.headers,
    'content-length': range ? range.last - range.first + 1 : size,
    ...(range ? { 'content-range': `bytes ${range.first}-${range.last}/${size}` } : {}),
  })
  await pipeline(store.blobs.read(digest, range), response)
}

/**
 * Parses a single byte range. Returns undefined for the whole blob, which is also the correct answer to an unsupported
 * range header. https://www.rfc-editor.org/rfc/rfc9110#section-14.2
 */
function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from)
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (first <= last) return { first, last }
  throw new OciError(416, 'SIZE_INVALID', `there are no bytes ${header} of ${size}`, {
    headers: { 'content-range': `bytes */${size}` },
  })
}
