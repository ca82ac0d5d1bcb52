/** Maps an error response to a RegistryError by its status, error codes and messages. */

import type { WireResponse } from '../http/transport.ts'
import { adviceAcrossAccounts } from '../model/cross-account.ts'
import { RegistryError, type RegistryErrorInit, type RegistryErrorKind } from '../model/errors.ts'
import { label, quote } from '../model/label.ts'
import { retryAfter } from '../model/retry-after.ts'
import { type ReportedError, readErrors } from './error-body.ts'
import { isQuotaExhausted, quotaWait } from './quota.ts'

/** Kinds by status. A 5xx that is missing here is `unavailable`, any other status `refused`. */
const BY_STATUS: Readonly<Record<number, RegistryErrorKind>> = {
  401: 'unauthorized',
  402: 'unauthorized',
  403: 'unauthorized',
  404: 'notFound',
  405: 'unsupported',
  406: 'unsupported',
  407: 'unauthorized',
  408: 'unavailable',
  // Two clients write the same content at the same time.
  409: 'unavailable',
  410: 'notFound',
  415: 'unsupported',
  // A load balancer chose the wrong host.
  421: 'unavailable',
  423: 'unavailable',
  425: 'unavailable',
  429: 'rateLimited',
  451: 'unauthorized',
  // nginx: the client was too slow.
  499: 'unavailable',
  501: 'unsupported',
  505: 'unsupported',
}

/** Kinds by error code: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes */
const BY_CODE: Readonly<Record<string, RegistryErrorKind>> = {
  TOOMANYREQUESTS: 'rateLimited',
  DENIED: 'unauthorized',
  UNAUTHORIZED: 'unauthorized',
  NAME_UNKNOWN: 'notFound',
  MANIFEST_UNKNOWN: 'notFound',
  BLOB_UNKNOWN: 'notFound',
  MANIFEST_BLOB_UNKNOWN: 'contentMissing',
  DIGEST_INVALID: 'invalidContent',
  SIZE_INVALID: 'invalidContent',
  MANIFEST_INVALID: 'unsupported',
  MANIFEST_UNVERIFIED: 'unsupported',
  UNSUPPORTED: 'unsupported',
  // The upload session is gone; a new one works.
  BLOB_UPLOAD_UNKNOWN: 'unavailable',
  BLOB_UPLOAD_INVALID: 'unavailable',
}

/** Kinds by phrases in this order, for errors without a code in the specification. Most are ECR's. */
const BY_WORDS: readonly (readonly [readonly string[], RegistryErrorKind])[] = [
  [['tag', 'already exists', 'immutable'], 'tagImmutable'],
  [['imagetagalreadyexists'], 'tagImmutable'],
  [['layersnotfound'], 'contentMissing'],
  [['referencedimagesnotfound'], 'contentMissing'],
  [['layer', 'does not exist'], 'contentMissing'],
  [['layer', 'do not exist'], 'contentMissing'],
  [['rate exceeded'], 'rateLimited'],
  [['throttlingexception'], 'rateLimited'],
  // GHCR refuses chunks above 4 MiB with a code that elsewhere calls for a new session.
  [['body is too large'], 'refused'],
]

/** The kinds that override a 5xx status. */
const COUNTS_WITH_5XX: readonly RegistryErrorKind[] = ['rateLimited', 'contentMissing']
/** The kinds that override 401, 402, 403 and 451. */
const COUNTS_WITH_DENIAL: readonly RegistryErrorKind[] = ['rateLimited', 'tagImmutable']

/** Kinds about pushed content, and what they mean in the response to a read. */
const WHEN_READING: Partial<Readonly<Record<RegistryErrorKind, RegistryErrorKind>>> = {
  contentMissing: 'notFound',
  invalidContent: 'refused',
  unsupported: 'refused',
}

const MAX_SHOWN = 5
const MAX_CODE = 64
const HINT = 'the repository may not exist, or may not be accessible with these credentials (or without any)'

/** True for error statuses that a retry does not change: all but 429 and the temporary ones. */
export function isLastingRefusal(status: number): boolean {
  return status >= 300 && status !== 429 && meaningOf(status) !== 'unavailable'
}

function meaningOf(status: number): RegistryErrorKind {
  return BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'refused')
}

/** @param text the body, which may be truncated */
export function refusal(method: string, response: WireResponse, text: string, now: number): RegistryError {
  const { status, url, headers } = response
  const errors = readErrors(text)
  const decisive = errors.find((one) => kindOfWords(one) !== undefined) ?? errors[0]
  const kind = kindOf(method, status, decisive)
  const request = label(method, url)
  const said = shown(errors, decisive)
  const answer = `${request} returned ${status}${said === '' ? '' : ` ${said}`}`
  const hinted = kind === 'unauthorized' && (status === 401 || status === 403)
  const hint = adviceAcrossAccounts(decisive?.message ?? '') ?? HINT
  return new RegistryError(hinted ? `${answer}; ${hint}` : answer, {
    kind,
    request,
    status,
    code: decisive?.code,
    ...waiting(kind, headers, text, now),
  })
}

function kindOf(method: string, status: number, decisive: ReportedError | undefined): RegistryErrorKind {
  const reads = method === 'GET' || method === 'HEAD'
  const byStatus = meaningOf(status)
  const said = decisive === undefined ? undefined : kindOfWords(decisive)
  // A 404 for a read means that the named content is missing, whatever the error code.
  if (reads && byStatus === 'notFound') return byStatus
  const kind = said === undefined || !counts(said, status, byStatus) ? byStatus : said
  if (!reads) return kind
  // With a 5xx, missing content may be a symptom of the outage.
  if (kind === 'contentMissing' && status >= 500) return byStatus
  return WHEN_READING[kind] ?? kind
}

function counts(said: RegistryErrorKind, status: number, byStatus: RegistryErrorKind): boolean {
  if (byStatus === 'rateLimited') return false
  if (status >= 500) return COUNTS_WITH_5XX.includes(said)
  if (byStatus === 'unauthorized') return COUNTS_WITH_DENIAL.includes(said)
  return true
}

/** @returns undefined if neither the code nor the message is known */
function kindOfWords({ code, message }: ReportedError): RegistryErrorKind | undefined {
  const text = `${code ?? ''} ${message}`.toLowerCase()
  const byWords = BY_WORDS.find(([phrases]) => hasInOrder(text, phrases))
  if (byWords !== undefined) return byWords[1]
  return code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined
}

function hasInOrder(text: string, phrases: readonly string[]): boolean {
  let from = 0
  for (const phrase of phrases) {
    const found = text.indexOf(phrase, from)
    if (found < 0) return false
    from = found + phrase.length
  }
  return true
}

/** All errors as text, the decisive one first. */
function shown(errors: readonly ReportedError[], decisive: ReportedError | undefined): string {
  const inOrder = decisive === undefined ? errors : [decisive, ...errors.filter((one) => one !== decisive)]
  const texts = inOrder.map(({ code = '', message }) =>
    [quote(code, MAX_CODE), quote(message)].filter((part) => part !== '').join(': '),
  )
  const different = [...new Set(texts)].filter((text) => text !== '')
  const more = different.length - MAX_SHOWN
  return `${different.slice(0, MAX_SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

function waiting(
  kind: RegistryErrorKind,
  headers: WireResponse['headers'],
  text: string,
  now: number,
): Pick<RegistryErrorInit, 'retryAfterSeconds' | 'quotaExhausted'> {
  if (kind !== 'rateLimited' && kind !== 'unavailable') return {}
  const requested = retryAfter(headers, text, now)
  const quotaExhausted = kind === 'rateLimited' && isQuotaExhausted(headers, text)
  return {
    quotaExhausted,
    retryAfterSeconds: requested ?? (quotaExhausted ? quotaWait(headers, now) : undefined),
  }
}
