/**
 * Reads a registry's pull quota from its responses (Docker Hub's `ratelimit-*` headers), and recognizes exhausted quotas.
 * https://docs.docker.com/docker-hub/usage/pulls/
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { RateLimit } from '../model/registry.ts'
import { secondsUntil } from '../model/retry-after.ts'

/** Longer text is truncated, which bounds the cost of matching. */
const MAX_TEXT = 4_096
const USED_UP = /pull rate limit|rate limit.{0,20}(?:exceeded|reached).{0,40}(?:pulls|quota)/i
/** The window slides, so part of the quota returns long before the window ends. */
const FIRST_LOOK_SECONDS = 3600

/** @returns undefined if the response states no quota */
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

/** Whether a 429 means an exhausted quota and not a throttle. */
export function isQuotaExhausted(headers: IncomingHttpHeaders, text: string): boolean {
  if (USED_UP.test(text.slice(0, MAX_TEXT))) return true
  return readQuota(headers)?.remaining === 0
}

/**
 * Seconds to wait for a quota: until the stated reset
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/03/), or for at most an hour of its window.
 */
export function quotaWait(headers: IncomingHttpHeaders, now: number): number {
  const reset = secondsUntil(headers['ratelimit-reset'] ?? headers['x-ratelimit-reset'], now)
  if (reset !== undefined) return reset
  return Math.min(readQuota(headers)?.windowSeconds ?? FIRST_LOOK_SECONDS, FIRST_LOOK_SECONDS)
}

/** Parses `100;w=21600`. The count may be empty: https://github.com/docker/hub-feedback/issues/2081 */
function parse(header: string | string[] | undefined): { count?: number; window?: number } | undefined {
  if (header === undefined) return undefined
  const [, count, window] = /^\s*(\d{1,9})?\s*(?:;\s*w=(\d{1,9}))?/.exec(String(header).slice(0, 100)) ?? []
  if (count === undefined && window === undefined) return undefined
  return {
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(window === undefined ? {} : { window: Number(window) }),
  }
}
