/**
 * Parses how long a registry asks clients to wait: as seconds, an HTTP date, an epoch time (Docker Hub), or a Go duration
 * in the body (`retry-after: 880.092µs`, GHCR).
 */
import type { IncomingHttpHeaders } from 'node:http'

const MAX_SECONDS = 86_400
const MIN_SECONDS = 0.001
/** Numbers from here on, 30 years in seconds, are epoch times and not durations. */
const EPOCH_FROM = 1e9
/** Longer text is truncated, which bounds the cost of parsing. */
const MAX_HEADER = 64
const MAX_BODY = 4_096

const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-9,
  µs: 1e-6,
  μs: 1e-6,
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  h: 3600,
}

/** Seconds, more than 0 and at most a day; undefined if the registry does not say. */
export function retryAfter(headers: IncomingHttpHeaders, body: string, now: number): number | undefined {
  return secondsUntil(headers['retry-after'] ?? headers['x-retry-after'], now) ?? clamp(fromText(body))
}

/** Seconds from `now` to the time in a header, within the same bounds. */
export function secondsUntil(header: string | string[] | undefined, now: number): number | undefined {
  return header === undefined ? undefined : clamp(fromHeader(String(header).slice(0, MAX_HEADER).trim(), now))
}

function fromHeader(value: string, now: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(value)) return fromNumber(Number(value), now)
  const date = /[a-z]{3}/i.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(date) ? goDuration(value) : (date - now) / 1000
}

function fromNumber(value: number, now: number): number {
  if (value >= EPOCH_FROM * 1000) return (value - now) / 1000
  return value >= EPOCH_FROM ? value - now / 1000 : value
}

function fromText(body: string): number | undefined {
  const text = body.slice(0, MAX_BODY)
  const said = /retry[- ]after/i.exec(text)
  if (said === null) return undefined
  const rest = text.slice(said.index + said[0].length).slice(0, MAX_HEADER)
  const [, duration] = /^:?\s{0,4}([\d.a-zµμ]+(?: ?(?:ns|µs|μs|us|ms|s|m|h)\b)?)/i.exec(rest) ?? []
  return duration === undefined ? undefined : goDuration(duration)
}

/** Parses `1h2m3.5s`; a bare number is seconds. */
function goDuration(text: string): number | undefined {
  if (/^[\d.]+$/.test(text)) return Number(text)
  const parts = [...text.matchAll(/(\d{1,12}(?:\.\d{0,12})?) ?(ns|µs|μs|us|ms|s|m|h)/g)]
  if (parts.length === 0) return undefined
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0)
}

function clamp(seconds: number | undefined): number | undefined {
  if (seconds === undefined || Number.isNaN(seconds)) return undefined
  return Math.min(Math.max(seconds, MIN_SECONDS), MAX_SECONDS)
}
