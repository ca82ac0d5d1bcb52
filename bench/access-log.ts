/** What a registry says that it was asked for: requests by kind, and the bytes that it sent. */

export interface Asked {
  /** `GET manifest` -> how often; refused ones are marked with their status. */
  readonly kinds: Readonly<Record<string, number>>
  readonly requests: number
  /** Bytes of bodies that were sent. */
  readonly bytes: number
}

export interface AccessLog {
  add(line: string): void
  /** Starts counting again. */
  reset(): void
  read(): Asked
}

interface Entry {
  readonly 'http.request.method'?: string
  readonly 'http.request.uri'?: string
  readonly 'http.response.status'?: number
  readonly 'http.response.written'?: number
}

export function createAccessLog(): AccessLog {
  let kinds: Record<string, number> = {}
  let requests = 0
  let bytes = 0
  return {
    add(line) {
      const entry = parse(line)
      const status = entry?.['http.response.status']
      if (entry === undefined || status === undefined) return
      const kind = kindOf(entry['http.request.method'] ?? '', entry['http.request.uri'] ?? '')
      const name = status < 400 ? kind : `${kind} (${status})`
      kinds[name] = (kinds[name] ?? 0) + 1
      requests++
      bytes += entry['http.response.written'] ?? 0
    },
    reset() {
      kinds = {}
      requests = 0
      bytes = 0
    },
    read: () => ({ kinds: Object.fromEntries(Object.entries(kinds).sort()), requests, bytes }),
  }
}

export function kindOf(method: string, uri: string): string {
  const [path = '', query = ''] = uri.split('?')
  if (/^\/v2\/?$/.test(path)) return 'ping'
  if (path.endsWith('/tags/list')) return 'tags'
  if (path.includes('/referrers/')) return 'referrers'
  if (path.includes('/manifests/')) return `${method} manifest`
  if (path.includes('/blobs/uploads/')) {
    return method === 'POST' && query.includes('mount=') ? 'mount' : `${method} upload`
  }
  return `${method} blob`
}

function parse(line: string): Entry | undefined {
  if (!line.includes('http.response.status')) return undefined
  try {
    return JSON.parse(line) as Entry
  } catch {
    return undefined
  }
}
