// Parses the subject of a request.
import type { Question } from './wire.ts'

export type Kind =
  | 'ping'
  | 'token'
  | 'list'
  | 'manifest'
  | 'blob'
  | 'upload'
  | 'session'
  | 'referrers'
  | 'other'

export interface Place {
  readonly kind: Kind
  /** A tag or a digest. */
  readonly reference: string
}

const REPOSITORY = /^\/v2\/.+?\/(tags\/list|manifests|blobs\/uploads|blobs|referrers)(?:\/(.*))?$/
const KINDS: Readonly<Record<string, Kind>> = {
  'tags/list': 'list',
  manifests: 'manifest',
  blobs: 'blob',
  referrers: 'referrers',
}

export function placeOf({ path, method }: Pick<Question, 'path' | 'method'>): Place {
  if (path === '/v2/') return { kind: 'ping', reference: '' }
  if (path === '/token') return { kind: 'token', reference: '' }
  const [, what = '', reference = ''] = REPOSITORY.exec(path) ?? []
  if (what === 'blobs/uploads') return { kind: method === 'POST' ? 'session' : 'upload', reference }
  return { kind: KINDS[what] ?? 'other', reference }
}
