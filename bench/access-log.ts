/**
 * Counts the requests and the bytes in a registry's log. Reads the log file only between measurements, because reading
 * it takes processor time from the measured programs.
 */
import { readFile, stat } from 'node:fs/promises'

export interface Traffic {
  /** Number of requests by kind, such as `GET manifest`. Failed requests have their status in the kind. */
  readonly kinds: Readonly<Record<string, number>>
  readonly requests: number
  /** Bytes of response bodies. */
  readonly bytes: number
}

export interface AccessLog {
  /** Resets the counts. */
  reset(): Promise<void>
  read(): Promise<Traffic>
}

interface Entry {
  readonly 'http.request.method'?: string
  readonly 'http.request.uri'?: string
  readonly 'http.response.status'?: number
  readonly 'http.response.written'?: number
}

export function createAccessLog(path: string): AccessLog {
  let from = 0
  return {
    async reset() {
      from = (await stat(path)).size
    },
    async read() {
      const lines = (await readFile(path)).subarray(from).toString().split('\n')
      return count(lines.flatMap((line) => parse(line) ?? []))
    },
  }
}

function count(entries: readonly Entry[]): Traffic {
  const kinds: Record<string, number> = {}
  for (const entry of entries) {
    const name = nameOf(entry)
    kinds[name] = (kinds[name] ?? 0) + 1
  }
  return {
    kinds: Object.fromEntries(Object.entries(kinds).sort()),
    requests: entries.length,
    bytes: entries.reduce((sum, entry) => sum + (entry['http.response.written'] ?? 0), 0),
  }
}

function nameOf(entry: Entry): string {
  const kind = kindOf(entry['http.request.method'] ?? '', entry['http.request.uri'] ?? '')
  const status = entry['http.response.status'] ?? 0
  return status < 400 ? kind : `${kind} (${status})`
}

function kindOf(method: string, uri: string): string {
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
