/** Reads lists page by page, to the end that the registry gives them: what cannot be continued is an error. */

import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'
import { quote } from '../model/label.ts'
import { parseLinks } from './link.ts'

export const MAX_PAGES = 10_000
/** Pages may be empty, or hold only what is left out; a registry that goes on like that has no end. */
export const MAX_STALE_PAGES = 1_000

/**
 * The next page; undefined when this is the last. It is the list's own URL with the query of the link: registries behind
 * a proxy name hosts, ports, schemes and paths that only they can reach, and no other host gets to see a token.
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
  if (query === '') throw endless(list, `its Link header names no next page: "${quote(header)}"`)
  const url = new URL(list)
  url.search = query
  return url
}

/** Reads all pages. `read` takes one, and says whether it brought anything new. */
export async function readPages(
  first: URL,
  get: (url: URL) => Promise<WireResponse>,
  read: (response: WireResponse) => Promise<boolean>,
): Promise<void> {
  const seen = new Set<string>()
  let stale = 0
  for (let url: URL | undefined = first; url !== undefined; ) {
    if (seen.has(url.href)) throw endless(first, `page ${seen.size} leads back to "${quote(url.search)}"`)
    if (seen.size >= MAX_PAGES) throw endless(first, `it has more than ${MAX_PAGES} pages`)
    seen.add(url.href)
    const response = await get(url)
    stale = (await read(response)) ? 0 : stale + 1
    url = nextPage(response, first)
    if (stale >= MAX_STALE_PAGES && url !== undefined) {
      throw endless(first, `${stale} pages in a row bring nothing new`)
    }
  }
}

/** A list that is cut short would leave out, without a word, what somebody wants. */
function endless({ host, pathname }: URL, why: string): RegistryError {
  return new RegistryError(`the list ${host}${pathname} cannot be read to its end: ${why}`, {
    kind: 'unavailable',
  })
}
