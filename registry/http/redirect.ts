/**
 * Redirects, followed by hand: to https only, a handful at most, and without the Authorization header as soon as the
 * origin changes (ECR's storage answers 400 to a request that has both a signature and the header).
 */
import { RegistryError } from '../model/errors.ts'
import { label } from '../model/label.ts'
import type { WireResponse } from './transport.ts'

export const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** These keep method and body, so a POST may follow them as well. */
const PRESERVING = new Set([307, 308])

export function isRedirect(method: string, { status, headers }: WireResponse): boolean {
  const follow = method === 'GET' || method === 'HEAD' ? REDIRECTS : PRESERVING
  return follow.has(status) && headers.location !== undefined
}

/** @throws RegistryError `unsafe` when the redirect leads where no request may go */
export function redirectTarget(method: string, { headers, url }: WireResponse): URL {
  const { location = '' } = headers
  if (!URL.canParse(location, url.href)) throw unsafe(method, url, 'to something that is not a URL')
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
