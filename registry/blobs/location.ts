/**
 * Resolves the Location of an upload: relative, absolute or without a scheme. Its query must be sent back unchanged.
 */

import type { WireResponse } from '../http/transport.ts'
import type { Digest } from '../model/reference.ts'

/** @returns undefined if the response has no valid Location */
export function uploadLocation({ headers, url }: WireResponse): URL | undefined {
  const { location } = headers
  if (location === undefined || location === '') return undefined
  const text = location.startsWith(`${url.host}/`) ? `//${location}` : location
  if (!URL.canParse(text, url.href)) return undefined
  const target = new URL(text, url)
  // Registries behind a TLS-terminating proxy may return http URLs.
  if (target.host === url.host && url.protocol === 'https:') target.protocol = 'https:'
  return target
}

/** Appends the digest as a parameter, and keeps the existing query byte for byte. */
export function withDigest(url: URL, digest: Digest): URL {
  const parameter = `digest=${encodeURIComponent(digest)}`
  return new URL(`${url.href}${url.search === '' ? '?' : '&'}${parameter}`)
}
