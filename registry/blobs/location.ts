/**
 * Where an upload goes on, as a registry says it: relative, absolute, with a query that must come back as it is, and
 * now and then without a scheme.
 */

import type { WireResponse } from '../http/transport.ts'
import type { Digest } from '../model/reference.ts'

/** Undefined when the registry does not say. */
export function uploadLocation({ headers, url }: WireResponse): URL | undefined {
  const { location } = headers
  if (location === undefined || location === '') return undefined
  const text = location.startsWith(`${url.host}/`) ? `//${location}` : location
  if (!URL.canParse(text, url.href)) return undefined
  const target = new URL(text, url)
  // Some proxies in front of a registry do not know that it is https outside.
  if (target.host === url.host && url.protocol === 'https:') target.protocol = 'https:'
  return target
}

/** The same URL with the digest as one more parameter; what is there stays byte for byte. */
export function withDigest(url: URL, digest: Digest): URL {
  const parameter = `digest=${encodeURIComponent(digest)}`
  return new URL(`${url.href}${url.search === '' ? '?' : '&'}${parameter}`)
}
