/**
 * Validates redirects, which the client follows itself: never from https to http, at most five, and without Authorization
 * after a change of origin (ECR's storage returns 400 for a request with both a signature and that header).
 */
import { RegistryError } from '../model/errors.ts'
import { label } from '../model/label.ts'
import type { WireResponse } from './transport.ts'

export const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** These keep the method and body, so other methods than GET and HEAD follow them too. */
const PRESERVING = new Set([307, 308])

export function isRedirect(method: string, { status, headers }: WireResponse): boolean {
  const follow = method === 'GET' || method === 'HEAD' ? REDIRECTS : PRESERVING
  return follow.has(status) && headers.location !== undefined
}

/** @throws RegistryError `unsafe` if the target is not a URL or leaves https */
export function redirectTarget(method: string, { headers, url }: WireResponse): URL {
  const { location = '' } = headers
  if (!URL.canParse(location, url.href)) throw unsafe(method, url, 'to an invalid URL')
  const target = new URL(location, url)
  if (url.protocol === 'https:' && target.protocol !== 'https:') {
    throw unsafe(method, url, `from https to ${target.protocol}//${target.host}`)
  }
  return target
}

export function tooManyRedirects(method: string, url: URL): RegistryError {
  return unsafe(method, url, `more than ${MAX_REDIRECTS} times`)
}

function unsafe(method: string, url: URL, why: string): RegistryError {
  const request = label(method, url)
  return new RegistryError(`${request} was redirected ${why}`, { kind: 'unsafe', request })
}
