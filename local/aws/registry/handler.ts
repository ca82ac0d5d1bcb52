/**
 * A registry: OCI distribution 1.1 and Docker's v2 as a request listener over a store on disk.
 *
 *     const store = await openStore('/some/folder')
 *     const server = await startServer(createRegistryHandler({ store, quirks: { tagsPerPage: 2 } }))
 *     … server.address is `127.0.0.1:PORT` …
 *     await server.close()
 *
 * To inject faults, wrap the handler: answer the requests to break, and pass it the rest.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { handleUpload, handleUploads } from './blob-uploads.ts'
import { handleBlob } from './blobs.ts'
import { type Exchange, send, sendError } from './exchange.ts'
import { handleCatalog, handleReferrers, handleTags } from './listings.ts'
import { handleManifest } from './manifests.ts'
import { OciError } from './oci-error.ts'
import { type Access, policyWith, type Quirks } from './policy.ts'
import { parseTarget, type Route } from './route.ts'
import type { Store } from './store/store.ts'
import { uploadsInProgress } from './store/uploads-in-progress.ts'

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export interface RegistryOptions {
  readonly store: Store
  /** Differences from a plain registry. @default - none */
  readonly quirks?: Quirks
}

export function createRegistryHandler({ store, quirks }: RegistryOptions): Handler {
  const policy = policyWith(quirks)
  const uploads = uploadsInProgress(store)
  return async (request, response) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0')
    try {
      if (await policy.auth?.answer?.(request, response)) return
      const target = parseTarget(request.url ?? '')
      if (!target)
        throw new OciError(404, 'UNSUPPORTED', `${request.url} is not a path of the registry protocol`)
      policy.auth?.check(request, accessOf(request, target.route, target.query))
      checkName(target.route)
      await handle(target.route, { store, uploads, policy, request, response, query: target.query })
    } catch (error) {
      if (response.headersSent || response.destroyed) response.destroy()
      else sendError({ request, response }, asOciError(error))
    }
  }
}

function handle(route: Route, exchange: Exchange): Promise<void> | void {
  switch (route.kind) {
    case 'base':
      return send(exchange, 200, { 'content-type': 'application/json' }, '{}')
    case 'catalog':
      return handleCatalog(exchange)
    case 'tags':
      return handleTags(exchange, route.repository)
    case 'manifest':
      return handleManifest(exchange, route.repository, route.reference)
    case 'blob':
      return handleBlob(exchange, route.repository, route.digest)
    case 'uploads':
      return handleUploads(exchange, route.repository)
    case 'upload':
      return handleUpload(exchange, route.repository, route.id)
    case 'referrers':
      return handleReferrers(exchange, route.repository, route.digest)
  }
}

const READS = new Set(['GET', 'HEAD'])

/** The access that the request needs. A mount also reads the repository that it mounts from. */
function accessOf(request: IncomingMessage, route: Route, query: URLSearchParams): Access[] {
  if (route.kind === 'base' || route.kind === 'catalog') return [{ repository: undefined, actions: [] }]
  const { repository } = route
  const from = query.get('from')
  const source: Access[] =
    route.kind === 'uploads' && from !== null ? [{ repository: from, actions: ['pull'] }] : []
  if (READS.has(request.method ?? '')) return [{ repository, actions: ['pull'] }]
  if (request.method === 'DELETE' && route.kind !== 'upload') return [{ repository, actions: ['delete'] }]
  return [{ repository, actions: ['pull', 'push'] }, ...source]
}

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/

function checkName(route: Route): void {
  if (!('repository' in route) || (NAME.test(route.repository) && route.repository.length <= 256)) return
  throw new OciError(400, 'NAME_INVALID', `"${route.repository}" is not a repository name`)
}

function asOciError(error: unknown): OciError {
  if (error instanceof OciError) return error
  return new OciError(500, 'UNKNOWN', error instanceof Error ? error.message : String(error))
}
