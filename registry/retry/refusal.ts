/** What a registry's refusal means: its status, its error codes and its words as one of our kinds of error. */

import type { WireResponse } from '../http/transport.ts'
import { RegistryError, type RegistryErrorInit, type RegistryErrorKind } from '../model/errors.ts'
import { label, quote } from '../model/label.ts'
import { retryAfter } from '../model/retry-after.ts'
import { readErrors, type Told } from './error-body.ts'
import { isQuotaExhausted, quotaWait } from './quota.ts'

/** What the status alone means. A 5xx that is missing here can pass, any other one is `refused`. */
const BY_STATUS: Readonly<Record<number, RegistryErrorKind>> = {
  401: 'unauthorized',
  402: 'unauthorized',
  403: 'unauthorized',
  404: 'notFound',
  405: 'unsupported',
  406: 'unsupported',
  407: 'unauthorized',
  408: 'unavailable',
  // Two clients write the same thing at the same moment.
  409: 'unavailable',
  410: 'notFound',
  415: 'unsupported',
  // A load balancer picked the wrong host.
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

/** Codes that say more than the status does. https://github.com/opencontainers/distribution-spec/blob/main/spec.md */
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
  // An upload session that is gone: a new one will do.
  BLOB_UPLOAD_UNKNOWN: 'unavailable',
  BLOB_UPLOAD_INVALID: 'unavailable',
}

/** What is told in words, in this order, because the specification has no code for it. Most are ECR's. */
const BY_WORDS: readonly (readonly [readonly string[], RegistryErrorKind])[] = [
  [['tag', 'already exists', 'immutable'], 'tagImmutable'],
  [['imagetagalreadyexists'], 'tagImmutable'],
  [['layersnotfound'], 'contentMissing'],
  [['referencedimagesnotfound'], 'contentMissing'],
  [['layer', 'does not exist'], 'contentMissing'],
  [['layer', 'do not exist'], 'contentMissing'],
  [['rate exceeded'], 'rateLimited'],
  [['throttlingexception'], 'rateLimited'],
  // GHCR of a chunk above 4 MiB, with a code that elsewhere means that a new session helps.
  [['body is too large'], 'refused'],
]

/** Beside a status of a broken server these still count; of what it says otherwise, nothing does. */
const COUNTS_WITH_5XX: readonly RegistryErrorKind[] = ['rateLimited', 'contentMissing']
/** The same for the statuses of a refused identity. */
const COUNTS_WITH_DENIAL: readonly RegistryErrorKind[] = ['rateLimited', 'tagImmutable']

/** Codes that are about what is written mean something else in the answer to a question. */
const WHEN_READING: Partial<Readonly<Record<RegistryErrorKind, RegistryErrorKind>>> = {
  contentMissing: 'notFound',
  invalidContent: 'refused',
  unsupported: 'refused',
}

const MAX_SHOWN = 5
const MAX_CODE = 64
const HINT = 'the repository may not exist, or these credentials (or none) do not give access to it'

/** True for a status that says the same to the same request next time; 429 and those that can pass do not. */
export function isLastingRefusal(status: number): boolean {
  return status >= 300 && status !== 429 && meaningOf(status) !== 'unavailable'
}

function meaningOf(status: number): RegistryErrorKind {
  return BY_STATUS[status] ?? (status >= 500 ? 'unavailable' : 'refused')
}

/** @param text the body, as far as it was read */
export function refusal(method: string, response: WireResponse, text: string, now: number): RegistryError {
  const { status, url, headers } = response
  const told = readErrors(text)
  const decisive = told.find((one) => kindOfWords(one) !== undefined) ?? told[0]
  const kind = kindOf(method, status, decisive)
  const request = label(method, url)
  const said = shown(told, decisive)
  const answer = `${request} was answered ${status}${said === '' ? '' : ` ${said}`}`
  const hinted = kind === 'unauthorized' && (status === 401 || status === 403)
  return new RegistryError(hinted ? `${answer}; ${HINT}` : answer, {
    kind,
    request,
    status,
    code: decisive?.code,
    ...waiting(kind, headers, text, now),
  })
}

function kindOf(method: string, status: number, decisive: Told | undefined): RegistryErrorKind {
  const reads = method === 'GET' || method === 'HEAD'
  const byStatus = meaningOf(status)
  const said = decisive === undefined ? undefined : kindOfWords(decisive)
  // What is asked for by its name is not there, whatever the registry calls it.
  if (reads && byStatus === 'notFound') return byStatus
  const kind = said === undefined || !counts(said, status, byStatus) ? byStatus : said
  if (!reads) return kind
  // A server that is broken, and speaks of what is missing, may be whole a moment later.
  if (kind === 'contentMissing' && status >= 500) return byStatus
  return WHEN_READING[kind] ?? kind
}

function counts(said: RegistryErrorKind, status: number, byStatus: RegistryErrorKind): boolean {
  if (byStatus === 'rateLimited') return false
  if (status >= 500) return COUNTS_WITH_5XX.includes(said)
  if (byStatus === 'unauthorized') return COUNTS_WITH_DENIAL.includes(said)
  return true
}

/** Undefined where neither code nor words are known. */
function kindOfWords({ code, message }: Told): RegistryErrorKind | undefined {
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

/** All that was told, the decisive error first. */
function shown(told: readonly Told[], decisive: Told | undefined): string {
  const inOrder = decisive === undefined ? told : [decisive, ...told.filter((one) => one !== decisive)]
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
  const asked = retryAfter(headers, text, now)
  const quotaExhausted = kind === 'rateLimited' && isQuotaExhausted(headers, text)
  return {
    quotaExhausted,
    retryAfterSeconds: asked ?? (quotaExhausted ? quotaWait(headers, now) : undefined),
  }
}
