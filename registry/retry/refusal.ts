/** What a registry's refusal means: its status, its error code and its words as one of our kinds of error. */

import type { WireResponse } from '../http/transport.ts'
import { RegistryError, type RegistryErrorInit, type RegistryErrorKind } from '../model/errors.ts'
import { label, quote } from '../model/label.ts'
import { retryAfter } from '../model/retry-after.ts'
import { isQuotaExhausted, quotaWait } from './quota.ts'

/** Registries answer these for what can pass: https://github.com/google/go-containerregistry has much the same list. */
const PASSING = new Set([408, 425, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529])

/** Codes that say more than the status does. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
const BY_CODE: Readonly<Record<string, RegistryErrorKind>> = {
  TOOMANYREQUESTS: 'rateLimited',
  DENIED: 'unauthorized',
  UNAUTHORIZED: 'unauthorized',
  MANIFEST_BLOB_UNKNOWN: 'contentMissing',
  DIGEST_INVALID: 'invalidContent',
  SIZE_INVALID: 'invalidContent',
  UNSUPPORTED: 'unsupported',
  // An upload session that is gone: a new one will do.
  BLOB_UPLOAD_UNKNOWN: 'unavailable',
  BLOB_UPLOAD_INVALID: 'unavailable',
}

/** What is told in words, because the specification has no code for it. The first three are ECR's. */
const BY_WORDS: readonly (readonly [RegExp, RegistryErrorKind])[] = [
  [/\btag\b.*\balready exists\b.*\bimmutable\b|ImageTagAlreadyExists/i, 'tagImmutable'],
  [/LayersNotFound|ReferencedImagesNotFound|layers? .*do(?:es)? not exist/i, 'contentMissing'],
  [/Rate exceeded|ThrottlingException/i, 'rateLimited'],
  // GHCR of a chunk above 4 MiB, with a code that elsewhere means that a new session helps.
  [/body is too large/i, 'refused'],
]

const HINTS: Partial<Readonly<Record<RegistryErrorKind, string>>> = {
  unauthorized: 'the repository may not exist, or these credentials (or none) do not give access to it',
}

interface Told {
  readonly code?: string
  readonly message: string
}

/** True for a status that says the same to the same request next time; 429 and those that can pass do not. */
export function isLastingRefusal(status: number): boolean {
  return status >= 300 && status !== 429 && !PASSING.has(status)
}

/** @param text the body, as far as it was read */
export function refusal(method: string, response: WireResponse, text: string, now: number): RegistryError {
  const { status, url, headers } = response
  const told = readErrors(text)
  const kind = kindOf(status, told)
  const request = label(method, url)
  const said = [told.code, quote(told.message)].filter((part) => part !== undefined && part !== '')
  const answer = `${request} was answered ${status}${said.length === 0 ? '' : ` ${said.join(': ')}`}`
  const hint = HINTS[kind]
  return new RegistryError(hint === undefined ? answer : `${answer}; ${hint}`, {
    kind,
    request,
    status,
    code: told.code,
    ...waiting(kind, headers, text, now),
  })
}

function kindOf(status: number, { code, message }: Told): RegistryErrorKind {
  if (status === 429) return 'rateLimited'
  const byWords = BY_WORDS.find(([words]) => words.test(`${code ?? ''} ${message}`))
  if (byWords !== undefined) return byWords[1]
  const byCode = code === undefined ? undefined : BY_CODE[code]
  if (byCode !== undefined && status < 500) return byCode
  if (status === 401 || status === 403) return 'unauthorized'
  if (status === 404) return 'notFound'
  if (status === 405 || status === 415 || status === 501) return 'unsupported'
  return PASSING.has(status) ? 'unavailable' : 'refused'
}

function waiting(
  kind: RegistryErrorKind,
  headers: WireResponse['headers'],
  text: string,
  now: number,
): Pick<RegistryErrorInit, 'retryAfterSeconds' | 'quotaExhausted'> {
  if (kind !== 'rateLimited' && kind !== 'unavailable') return {}
  const asked = retryAfter(headers, text, now)
  const quotaExhausted = kind === 'rateLimited' && isQuotaExhausted(headers, text)
  return {
    quotaExhausted,
    retryAfterSeconds: asked ?? (quotaExhausted ? quotaWait(headers, now) : undefined),
  }
}

/** The first error of `{"errors":[{"code","message","detail"}]}`, or the text as it is. */
function readErrors(text: string): Told {
  const parsed = tryJson(text)
  const first = field(field(parsed, 'errors'), '0')
  const code = field(first, 'code')
  const message = [field(first, 'message'), field(first, 'detail')].map(words).filter((part) => part !== '')
  if (typeof code === 'string') return { code, message: message.join(', ') }
  return { message: /^\s*</.test(text) ? '' : message.join(', ') || text }
}

function words(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
