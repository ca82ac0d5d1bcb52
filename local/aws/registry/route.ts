/**
 * Routes requests by path. Repository names may contain slashes and even keywords of the protocol, so paths are matched
 * from the end.
 */
export type Route =
  | { readonly kind: 'base' }
  | { readonly kind: 'catalog' }
  | { readonly kind: 'tags'; readonly repository: string }
  | { readonly kind: 'manifest'; readonly repository: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly repository: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly repository: string }
  | { readonly kind: 'upload'; readonly repository: string; readonly id: string }
  | { readonly kind: 'referrers'; readonly repository: string; readonly digest: string }

export interface Target {
  readonly route: Route
  readonly query: URLSearchParams
}

/** Returns undefined for paths outside the registry protocol. */
export function parseTarget(target: string): Target | undefined {
  const mark = target.indexOf('?')
  const path = decode(mark < 0 ? target : target.slice(0, mark))
  const route = path === undefined ? undefined : routeOf(path)
  return route && { route, query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)) }
}

function routeOf(path: string): Route | undefined {
  if (path === '/v2' || path === '/v2/') return { kind: 'base' }
  if (path === '/v2/_catalog') return { kind: 'catalog' }
  if (!path.startsWith('/v2/')) return undefined
  const rest = path.slice('/v2/'.length)
  const [, repository = '', verb, last = ''] =
    /^(.+?)\/(tags\/list|blobs\/uploads\/?|manifests|blobs|referrers)(?:\/([^/]+))?$/.exec(rest) ?? []
  if (verb === 'tags/list' && !last) return { kind: 'tags', repository }
  if (verb?.startsWith('blobs/uploads')) {
    return last ? { kind: 'upload', repository, id: last } : { kind: 'uploads', repository }
  }
  if (!last) return undefined
  if (verb === 'manifests') return { kind: 'manifest', repository, reference: last }
  if (verb === 'blobs') return { kind: 'blob', repository, digest: last }
  if (verb === 'referrers') return { kind: 'referrers', repository, digest: last }
  return undefined
}

function decode(path: string): string | undefined {
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}
