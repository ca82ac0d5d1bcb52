/** Manifests at `/v2/<name>/manifests/<tag or digest>`, stored and served byte for byte. */
import { type Digest, isDigest, isTag } from '../../../registry/model/reference.ts'
import { asAccepted } from './accept.ts'
import { algorithmOf, digestOf } from './digest.ts'
import {
  type Exchange,
  location,
  notAllowed,
  repositoryToPushTo,
  requireDigest,
  requireRepository,
  send,
} from './exchange.ts'
import { aboutOf, type ManifestDocument, parseManifest, requirementsOf } from './manifest-document.ts'
import { OciError } from './oci-error.ts'
import type { Push } from './policy.ts'
import { recordOf } from './store/manifests-on-disk.ts'

export async function handleManifest(exchange: Exchange, repository: string, reference: string) {
  if (!isTag(reference) && !isDigest(reference)) {
    throw new OciError(400, 'TAG_INVALID', `"${reference}" is neither a tag nor a digest`)
  }
  switch (exchange.request.method) {
    case 'GET':
    case 'HEAD':
      return serve(exchange, repository, reference)
    case 'PUT':
      return put(exchange, repository, reference)
    case 'DELETE':
      return remove(exchange, repository, reference)
    default:
      throw notAllowed('GET, HEAD, PUT, DELETE')
  }
}

async function serve(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { store, policy, request } = exchange
  await requireRepository(exchange, repository)
  const digest = isDigest(reference) ? reference : await store.tags.find(repository, reference)
  const record = digest && (await store.manifests.find(repository, digest))
  if (!record) throw policy.manifestUnknown(repository, reference, 'it is not there')
  await policy.checkPull(store, repository, record.digest)
  const stored = {
    mediaType: record.mediaType,
    digest: record.digest,
    bytes: await store.manifests.bytes(record.digest),
  }
  const served = isDigest(reference) ? stored : asAccepted(stored, request.headers.accept, policy.accept)
  if (!served)
    throw policy.manifestUnknown(repository, reference, `it is ${record.mediaType}, which Accept leaves out`)
  send(
    exchange,
    200,
    { 'content-type': served.mediaType, 'docker-content-digest': served.digest, etag: `"${served.digest}"` },
    served.bytes,
  )
}

async function put(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { store, policy, request } = exchange
  await repositoryToPushTo(exchange, repository)
  const bytes = await bodyOf(exchange)
  const { document, mediaType } = parseManifest(bytes, request.headers['content-type'])
  const digest = isDigest(reference) ? requireDigest(exchange, reference) : digestOf(bytes)
  const actual = digestOf(bytes, algorithmOf(digest))
  if (actual !== digest) throw policy.digestMismatch(digest, actual)
  const tags = isDigest(reference) ? exchange.query.getAll('tag') : [reference]
  const odd = tags.find((tag) => !isTag(tag))
  if (odd !== undefined) throw new OciError(400, 'TAG_INVALID', `"${odd}" is not a tag`)

  await store.exclusively(repository, () =>
    publish(exchange, { repository, document, mediaType, bytes, digest, tags }),
  )
  send(exchange, 201, {
    location: location(exchange, `/v2/${repository}/manifests/${reference}`),
    'docker-content-digest': digest,
    ...(document.subject && policy.referrersApi ? { 'oci-subject': document.subject.digest } : {}),
    ...(isDigest(reference) && tags.length > 0 ? { 'oci-tag': tags } : {}),
  })
}

async function publish(exchange: Exchange, push: Push): Promise<void> {
  const { store, policy } = exchange
  await checkContent(exchange, push.repository, push.document)
  await policy.checkPush(store, push)
  const record = recordOf(push.bytes, push.mediaType, aboutOf(push.document), push.digest)
  await store.manifests.put(push.repository, record, push.bytes)
  for (const tag of push.tags) await store.tags.set(push.repository, tag, push.digest)
  policy.onPushed(push)
}

/** Requires the content of a manifest before the manifest. @throws {OciError} MANIFEST_BLOB_UNKNOWN */
async function checkContent({ store, policy }: Exchange, repository: string, document: ManifestDocument) {
  const absent = async (digests: readonly Digest[], has: (digest: Digest) => Promise<boolean>) => {
    const present = await Promise.all(digests.map(has))
    return digests.filter((_, at) => !present[at])
  }
  const hasBlob = async (digest: Digest) => (await store.blobs.size(repository, digest)) !== undefined
  // A child of an unknown type may be a manifest or a blob.
  const hasChild = async (digest: Digest) =>
    (await store.manifests.find(repository, digest)) !== undefined || hasBlob(digest)
  const required = requirementsOf(document)
  const blobs = await absent(required.blobs, hasBlob)
  const manifests = policy.sparseIndexes ? [] : await absent(required.manifests, hasChild)
  if (blobs.length + manifests.length > 0) throw policy.contentMissing(repository, { blobs, manifests })
}

async function remove(exchange: Exchange, repository: string, reference: string): Promise<void> {
  const { store, policy } = exchange
  if (!policy.deletes) throw notAllowed('GET, HEAD, PUT')
  await requireRepository(exchange, repository)
  const removed = await store.exclusively(repository, async () => {
    if (!isDigest(reference)) return store.tags.delete(repository, reference)
    for (const [tag, digest] of await store.tags.all(repository)) {
      if (digest === reference) await store.tags.delete(repository, tag)
    }
    return store.manifests.delete(repository, reference)
  })
  if (!removed) throw policy.manifestUnknown(repository, reference, 'it is not there')
  send(exchange, 202)
}

async function bodyOf({ policy, request }: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > policy.maxManifestBytes) {
      throw new OciError(413, 'SIZE_INVALID', `a manifest may have ${policy.maxManifestBytes} bytes at most`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
