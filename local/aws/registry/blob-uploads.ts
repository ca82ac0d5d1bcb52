/**
 * Blob uploads at `/v2/<name>/blobs/uploads/…`: monolithic, in one POST, in chunks, and by mounting a blob of another
 * repository. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-blobs
 */
import type { IncomingMessage } from 'node:http'
import type { Digest } from '../../../registry/model/reference.ts'
import {
  type Exchange,
  location,
  notAllowed,
  repositoryToPushTo,
  requireDigest,
  requireRepository,
  send,
} from './exchange.ts'
import { OciError } from './oci-error.ts'
import type { Upload } from './store/uploads-in-progress.ts'

export async function handleUploads(exchange: Exchange, repository: string): Promise<void> {
  const { query, request, uploads } = exchange
  if (request.method !== 'POST') throw notAllowed('POST')
  await repositoryToPushTo(exchange, repository)
  if (await mount(exchange, repository)) return

  const digest = query.get('digest') === null ? undefined : requireDigest(exchange, query.get('digest'))
  const upload = await uploads.begin(repository)
  if (digest === undefined) return send(exchange, 202, progress(exchange, upload))
  await uploads.append(upload, request)
  await commit(exchange, upload, digest)
}

export async function handleUpload(exchange: Exchange, repository: string, id: string): Promise<void> {
  const { policy, query, request, uploads } = exchange
  await requireRepository(exchange, repository)
  const upload = uploads.find(repository, id)
  switch (request.method) {
    case 'GET':
      return send(exchange, 204, progress(exchange, upload))
    case 'PATCH':
      checkChunk(exchange, upload)
      await uploads.append(upload, request)
      return send(exchange, policy.patchStatus, progress(exchange, upload))
    case 'PUT': {
      const digest = requireDigest(exchange, query.get('digest'))
      if (hasBody(request)) checkChunk(exchange, upload)
      await uploads.append(upload, request)
      return commit(exchange, upload, digest)
    }
    case 'DELETE':
      await uploads.cancel(upload)
      return send(exchange, 204)
    default:
      throw notAllowed('GET, PATCH, PUT, DELETE')
  }
}

/** Returns false if no mount is requested or possible; the request then continues as a normal upload. */
async function mount(exchange: Exchange, repository: string): Promise<boolean> {
  const { policy, query, store } = exchange
  const from = query.get('from')
  if (query.get('mount') === null || from === null) return false
  const digest = requireDigest(exchange, query.get('mount'))
  if ((await store.blobs.size(from, digest)) === undefined) return false
  if (!(await policy.mayMount(store, from, digest))) return false
  await store.blobs.link(repository, digest)
  created(exchange, repository, digest)
  return true
}

async function commit(exchange: Exchange, upload: Upload, digest: Digest): Promise<void> {
  exchange.policy.checkBlob(upload.size)
  await exchange.uploads.finish(upload, digest)
  created(exchange, upload.repository, digest)
}

function created(exchange: Exchange, repository: string, digest: string): void {
  send(exchange, 201, {
    location: location(exchange, `/v2/${repository}/blobs/${digest}`),
    'docker-content-digest': digest,
  })
}

/** Checks that a chunk starts where the last one ended. @throws {OciError} 416 */
function checkChunk(exchange: Exchange, upload: Upload): void {
  if (upload.lastChunk !== undefined) exchange.policy.checkChunk(upload.lastChunk)
  const header = exchange.request.headers['content-range']
  if (header === undefined) return
  const [, first, last] = /^(?:bytes )?(\d+)-(\d+)(?:\/.*)?$/.exec(header) ?? []
  const length = exchange.request.headers['content-length']
  const fits = length === undefined || Number(last) - Number(first) + 1 === Number(length)
  if (first !== undefined && Number(first) === upload.size && fits) return
  const message = `Content-Range ${header} does not go on at byte ${upload.size}`
  throw new OciError(416, 'BLOB_UPLOAD_INVALID', message, { headers: progress(exchange, upload) })
}

function progress(exchange: Exchange, upload: Upload): Record<string, string> {
  return {
    location: location(exchange, `/v2/${upload.repository}/blobs/uploads/${upload.id}`),
    'docker-upload-uuid': upload.id,
    range: `0-${Math.max(0, exchange.policy.receivedBytes(upload.size) - 1)}`,
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
