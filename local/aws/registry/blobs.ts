/** `/v2/<name>/blobs/<digest>`: HEAD, GET with ranges, DELETE. */
import { type Exchange, notAllowed, requireDigest, requireRepository, send } from './exchange.ts'
import { OciError } from './oci-error.ts'
import { serveBlob } from './serve-blob.ts'

export async function handleBlob(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { store, policy, request, response } = exchange
  const digest = requireDigest(exchange, reference)
  await requireRepository(exchange, repository)
  const size = await store.blobs.size(repository, digest)
  if (size === undefined) throw new OciError(404, 'BLOB_UNKNOWN', `blob ${digest} is not in ${repository}`)

  if (request.method === 'DELETE' && policy.deletes) {
    await store.blobs.unlink(repository, digest)
    return send(exchange, 202)
  }
  const headers = { 'docker-content-digest': digest }
  if (request.method === 'HEAD') {
    const type = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' }
    response.writeHead(200, { ...type, ...headers, 'content-length': size }).end()
    return
  }
  if (request.method !== 'GET') throw notAllowed('GET, HEAD, DELETE')
  const elsewhere = policy.redirectBlob(repository, digest)
  if (elsewhere !== undefined) return send(exchange, 307, { location: elsewhere })
  await serveBlob({ store, digest, size, headers }, request, response)
}
