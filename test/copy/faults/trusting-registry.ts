// A registry that accepts any digest, and any manifest without its content. So its content is correct only if the
// copier is.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { digestOfBytes } from '../../support/content.ts'
import { withFaults } from '../../support/faults.ts'
import { listen } from '../../support/listen.ts'
import type { Target } from './sides.ts'

interface Stored {
  readonly bytes: Buffer
  readonly type: string
  readonly digest: string
}

export async function startTrustingRegistry(): Promise<Target> {
  /** By path: `repository/manifests/1.0`, `repository/blobs/sha256:…`. */
  const stored = new Map<string, Stored>()
  let requests = 0

  const handler: RequestListener = (request, response) => {
    requests++
    answer(request, response).catch(() => response.destroy())
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://test')
    const path = pathname.replace('/v2/', '')
    if (request.method === 'POST') return end(response, 202, { location: `${pathname}session` })
    if (request.method === 'PUT') {
      const bytes = await buffer(request)
      const digest = searchParams.get('digest') ?? digestOfBytes(bytes)
      const type = request.headers['content-type'] ?? ''
      const key = path.includes('/blobs/') ? `${path.split('/uploads/')[0]}/${digest}` : path
      stored.set(key, { bytes, type, digest })
      if (!path.includes('/blobs/')) stored.set(path.replace(/[^/]+$/, digest), { bytes, type, digest })
      return end(response, 201)
    }
    const found = stored.get(path)
    if (found === undefined) return end(response, 404)
    const headers = { 'content-type': found.type, 'docker-content-digest': found.digest }
    response.writeHead(200, { ...headers, 'content-length': found.bytes.length })
    response.end(request.method === 'HEAD' ? undefined : found.bytes)
  }

  function broken(repository: string, kind: 'manifests' | 'blobs', reference: string): string[] {
    const found = stored.get(`${repository}/${kind}/${reference}`)
    if (found === undefined) return [reference]
    if (reference.includes(':') && digestOfBytes(found.bytes) !== reference) return [reference]
    if (kind === 'blobs') return []
    const { manifests = [], layers = [], config } = JSON.parse(found.bytes.toString())
    const blobs = config === undefined ? layers : [config, ...layers]
    return [
      ...manifests.flatMap((child: { digest: string }) => broken(repository, 'manifests', child.digest)),
      ...blobs.flatMap((blob: { digest: string }) => broken(repository, 'blobs', blob.digest)),
    ]
  }

  const { listener, ...faults } = withFaults(handler)
  const listening = await listen(listener)
  return {
    ...listening,
    faults,
    requests: () => requests,
    tag: async (repository, tag) => stored.get(`${repository}/manifests/${tag}`)?.digest,
    broken: async (repository, digest) => broken(repository, 'manifests', digest),
    async forget(repository) {
      for (const path of stored.keys()) if (path.startsWith(`${repository}/`)) stored.delete(path)
    },
  }
}

function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-length': 0, ...headers }).end()
}
