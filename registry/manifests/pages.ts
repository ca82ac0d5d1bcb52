/** Follows `Link: <…>; rel="next"` from page to page, without following a registry round and round. */

import type { WireResponse } from '../http/transport.ts'
import { RegistryError } from '../model/errors.ts'

export const MAX_PAGES = 10_000

/** The next page, resolved against where this one came from; undefined when this is the last. */
export function nextPage({ headers, url }: WireResponse): URL | undefined {
  const link = headers.link
  const header = Array.isArray(link) ? link.join(',') : (link ?? '')
  for (const [, target = '', params = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:next\b|"[^"]*\bnext\b[^"]*")/i.test(params)) continue
    return URL.canParse(target, url.href) ? new URL(target, url) : undefined
  }
  return undefined
}

/** A page may be empty without being the last; a registry that goes on with nothing new is going round. */
const MAX_STALE_PAGES = 2

/** Reads all pages. `read` takes one, and says whether it brought anything new. */
export async function readPages(
  first: URL,
  get: (url: URL) => Promise<WireResponse>,
  read: (response: WireResponse) => Promise<boolean>,
): Promise<void> {
  const seen = new Set<string>()
  let url: URL | undefined = first
  let stale = 0
  while (url !== undefined && !seen.has(url.href)) {
    if (seen.size >= MAX_PAGES) {
      throw new RegistryError(`${first.host}${first.pathname} has more than ${MAX_PAGES} pages`, {
        kind: 'refused',
      })
    }
    seen.add(url.href)
    const response = await get(url)
    stale = (await read(response)) ? 0 : stale + 1
    const next = nextPage(response)
    // Downgrading from https is not paging but an attack, or a proxy that does not know that it is https outside.
    if (next !== undefined && next.host === url.host) next.protocol = url.protocol
    url = stale < MAX_STALE_PAGES ? next : undefined
  }
}
