/** Implements the port's `Repository` over one connection. */
import { hasBlob, mountBlob } from './blobs/blob-head.ts'
import { blobSource } from './blobs/download.ts'
import { putBlob } from './blobs/upload.ts'
import type { UploadSupport } from './blobs/upload-methods.ts'
import type { Connection } from './connection/connection.ts'
import { createSite } from './connection/site.ts'
import { countTraffic } from './http/traffic.ts'
import { deleteTags } from './manifests/delete.ts'
import { getManifest } from './manifests/get.ts'
import { headManifest, peekManifest, resolveManifest } from './manifests/head.ts'
import { putManifest } from './manifests/manifests.ts'
import { referrers } from './manifests/referrers.ts'
import { listTags } from './manifests/tags.ts'
import type { Repository } from './model/registry.ts'

export interface Registry {
  /** The host in references: `docker.io`. */
  readonly name: string
  /** Distinguishes identities without revealing them. */
  readonly identity: string
  readonly connection: Connection
  readonly uploads: UploadSupport
}

export function createRepository(
  { name, identity, connection, uploads }: Registry,
  repository: string,
): Repository {
  const traffic = countTraffic()
  const site = createSite(name, repository, connection, traffic)
  /** Upload sessions that the registry opened instead of mounting, by digest. */
  const sessions = new Map<string, URL>()

  return {
    name: site.name,
    registry: name,
    repository,
    identity,
    listTags: (signal, progress) => listTags(site, signal, progress),
    headManifest: (reference, signal) => headManifest(site, reference, signal),
    resolveManifest: (reference, signal) => resolveManifest(site, reference, signal),
    peekManifest: (reference, signal) => peekManifest(site, reference, signal),
    getManifest: (reference, signal) => getManifest(site, reference, signal),
    putManifest: (manifest, tag, signal) => putManifest(site, manifest, tag, signal),
    deleteTags: (tags, signal) => deleteTags(site, tags, signal),
    hasBlob: (descriptor, signal) => hasBlob(site, descriptor, signal),
    blob: (descriptor) => blobSource(site, descriptor),
    putBlob(descriptor, source, signal) {
      const session = sessions.get(descriptor.digest)
      sessions.delete(descriptor.digest)
      return putBlob({ site, support: uploads, descriptor, source, session, signal })
    },
    async mountBlob(descriptor, from, signal) {
      const mounted = await mountBlob(site, descriptor, from, signal)
      if (mounted instanceof URL) sessions.set(descriptor.digest, mounted)
      return mounted === true
    },
    referrers: (subject, signal, known) => referrers(site, subject, signal, known),
    rateLimit: () => connection.rateLimit(),
    traffic: () => traffic.read(),
  }
}
