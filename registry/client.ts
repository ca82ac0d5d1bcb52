/** The port's implementation: one repository over one connection. */
import { hasBlob, mountBlob } from './blobs/blob-head.ts'
import { blobSource } from './blobs/download.ts'
import { createFinder } from './blobs/find-or-begin.ts'
import { cancelSession } from './blobs/session.ts'
import { putBlob } from './blobs/upload.ts'
import type { Ways } from './blobs/upload-ways.ts'
import type { Connection } from './connection/connection.ts'
import { createSite } from './connection/site.ts'
import { countTraffic } from './http/traffic.ts'
import { getManifest } from './manifests/get.ts'
import { headManifest, peekManifest, resolveManifest } from './manifests/head.ts'
import { putManifest } from './manifests/manifests.ts'
import { referrers } from './manifests/referrers.ts'
import { listTags } from './manifests/tags.ts'
import type { Descriptor } from './model/manifest.ts'
import type { Repository } from './model/registry.ts'

export interface Registry {
  /** As people name it: `docker.io`. */
  readonly name: string
  readonly connection: Connection
  readonly ways: Ways
}

export function createRepository({ name, connection, ways }: Registry, repository: string): Repository {
  const traffic = countTraffic()
  const site = createSite(name, repository, connection, traffic)
  /** Upload sessions that a question has begun: not used, they would lie about for days. */
  const sessions = new Map<string, URL>()
  const takeSession = ({ digest }: Descriptor): URL | undefined => {
    const session = sessions.get(digest)
    sessions.delete(digest)
    return session
  }
  const finder = createFinder(site)

  return {
    name: site.name,
    registry: name,
    repository,
    listTags: (signal) => listTags(site, signal),
    headManifest: (reference, signal) => headManifest(site, reference, signal),
    resolveManifest: (reference, signal) => resolveManifest(site, reference, signal),
    peekManifest: (reference, signal) => peekManifest(site, reference, signal),
    getManifest: (reference, signal) => getManifest(site, reference, signal),
    putManifest: (manifest, tag, signal) => putManifest(site, manifest, tag, signal),
    hasBlob: (descriptor, signal) => hasBlob(site, descriptor, signal),
    blob: (descriptor) => blobSource(site, descriptor),
    async findOrBegin(descriptor, signal) {
      // What asking in this way may leave behind has to be given back.
      const found = await (ways.cancels ? finder.find(descriptor, signal) : hasBlob(site, descriptor, signal))
      if (found instanceof URL) sessions.set(descriptor.digest, found)
      return found === true
    },
    async putBlob(descriptor, source, signal) {
      const session = takeSession(descriptor)
      await putBlob({ site, ways, descriptor, source, session, signal })
      finder.uploaded(descriptor)
    },
    async giveUp(descriptor) {
      const session = takeSession(descriptor)
      if (session !== undefined && ways.cancels) await cancelSession(site, session, connection.startTries())
    },
    async mountBlob(descriptor, from, signal) {
      const mounted = await mountBlob(site, descriptor, from, signal)
      if (mounted instanceof URL) sessions.set(descriptor.digest, mounted)
      return mounted === true
    },
    referrers: (subject, signal, known) => referrers(site, subject, signal, known),
    warm: (connections) => connection.warm(connections),
    isNear: () => connection.isNear(),
    rateLimit: () => connection.rateLimit(),
    traffic: () => traffic.read(),
  }
}
