/**
 * What a registry says that it was asked for: requests by kind, and the bytes that it sent. It writes to a file, which is
 * read when a turn is over: whoever read along would take the processor from the programs that are measured.
 */
import { readFile, stat } from 'node:fs/promises'

export interface Asked {
  /** `GET manifest` -> how often; refused ones are marked with their status. */
  readonly kinds: Readonly<Record<string, number>>
  readonly requests: number
  /** Bytes of bodies that were sent. */
  readonly bytes: number
}

export interface AccessLog {
  /** Starts counting again. */
  reset(): Promise<void>
  read(): Promise<Asked>
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

function count(entries: readonly Entry[]): Asked {
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
