/**
 * A registry's pull quota: what it says of it on every answer (Docker Hub's `ratelimit-*` headers,
 * https://docs.docker.com/docker-hub/usage/pulls/), and how it tells that it is used up.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { RateLimit } from '../model/registry.ts'
import { secondsUntil } from '../model/retry-after.ts'

/** What is said later in a text is not looked at. */
const MAX_TEXT = 4_096
const USED_UP = /pull rate limit|rate limit.{0,20}(?:exceeded|reached).{0,40}(?:pulls|quota)/i
/** The window slides, so a part of the quota is back long before all of it is. */
const FIRST_LOOK_SECONDS = 3600

/** Undefined where the registry says nothing: there is no quota, or we have not met it. */
export function readQuota(headers: IncomingHttpHeaders): RateLimit | undefined {
  const limit = parse(headers['ratelimit-limit'])
  const remaining = parse(headers['ratelimit-remaining'])
  if (limit === undefined && remaining === undefined) return undefined
  const windowSeconds = remaining?.window ?? limit?.window
  return {
    ...(limit?.count === undefined ? {} : { limit: limit.count }),
    ...(remaining?.count === undefined ? {} : { remaining: remaining.count }),
    ...(windowSeconds === undefined ? {} : { windowSeconds }),
  }
}

/** Whether a 429 is a quota that is used up, rather than a request to slow down. */
export function isQuotaExhausted(headers: IncomingHttpHeaders, text: string): boolean {
  if (USED_UP.test(text.slice(0, MAX_TEXT))) return true
  return readQuota(headers)?.remaining === 0
}

/**
 * How long to wait for a quota, in seconds: until the registry says that it begins anew
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/03/), or for a part of its window.
 */
export function quotaWait(headers: IncomingHttpHeaders, now: number): number {
  const reset = secondsUntil(headers['ratelimit-reset'] ?? headers['x-ratelimit-reset'], now)
  if (reset !== undefined) return reset
  return Math.min(readQuota(headers)?.windowSeconds ?? FIRST_LOOK_SECONDS, FIRST_LOOK_SECONDS)
}

/** `100;w=21600`; the count may be empty: https://github.com/docker/hub-feedback/issues/2081 */
function parse(header: string | string[] | undefined): { count?: number; window?: number } | undefined {
  if (header === undefined) return undefined
  const [, count, window] = /^\s*(\d{1,9})?\s*(?:;\s*w=(\d{1,9}))?/.exec(String(header).slice(0, 100)) ?? []
  if (count === undefined && window === undefined) return undefined
  return {
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(window === undefined ? {} : { window: Number(window) }),
  }
}
