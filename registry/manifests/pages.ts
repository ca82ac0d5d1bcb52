/** Reads paginated lists to their end. A truncated list is an error. */

import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import { quote } from '../model/label.ts'
import { parseLinks } from './link.ts'

export const MAX_PAGES = 10_000
/** Some pages have no new entries; a registry that keeps sending such pages is in a loop. */
export const MAX_STALE_PAGES = 1_000

/**
 * The URL of the next page; undefined on the last page. It is the list's own URL with the link's query: registries behind
 * a proxy may name internal hosts, ports, schemes and paths, and tokens must not go to other hosts.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
export function nextPage({ headers }: WireResponse, list: URL): URL | undefined {
  const { link = [] } = headers
  const header = [link].flat().join(', ')
  if (header.trim() === '') return undefined
  const links = parseLinks(header)
  const next =
    links.find(({ relations }) => relations.includes('next')) ??
    links.find(({ relations }) => relations.length === 0)
  if (next === undefined && links.length > 0) return undefined
  const [target = ''] = next?.target.split('#') ?? []
  const query = target.indexOf('?') < 0 ? '' : target.slice(target.indexOf('?') + 1)
  if (query === '') throw endless(list, `its Link header has no query for the next page: "${quote(header)}"`)
  const url = new URL(list)
  url.search = query
  return url
}

export interface Page {
  readonly response: WireResponse
  /** Whether it had new entries. */
  readonly isNew: boolean
}

/** Reads all pages. `read` gets one page, and says whether it had new entries. */
export async function readPages(first: URL, read: (url: URL) => Promise<Page>): Promise<void> {
  const seen = new Set<string>()
  let stale = 0
  for (let url: URL | undefined = first; url !== undefined; ) {
    if (seen.has(url.href)) throw endless(first, `page ${seen.size} links back to "${quote(url.search)}"`)
    if (seen.size >= MAX_PAGES) throw endless(first, `it has more than ${MAX_PAGES} pages`)
    seen.add(url.href)
    const { response, isNew } = await read(url)
    stale = isNew ? 0 : stale + 1
    url = nextPage(response, first)
    if (stale >= MAX_STALE_PAGES && url !== undefined) {
      throw endless(first, `${stale} pages in a row have no new entries`)
    }
  }
}

/** An error, since a truncated list would silently omit entries. */
function endless({ host, pathname }: URL, why: string): RegistryError {
  return new RegistryError(`the list ${host}${pathname} cannot be read to its end: ${why}`, {
    kind: 'unavailable',
  })
}
