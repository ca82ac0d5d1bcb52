/**
 * The registry client's only error class. Callers decide by its `kind`. The registry's own text is kept in the message:
 * redacted, on one line, and bounded in length.
 */
import { printable } from './label.ts'

const MAX_MESSAGE = 2_500
const MAX_CODE = 64

/** The kind of a failure, which decides whether a retry can help. */
export type RegistryErrorKind =
  | 'notFound' //          404, 410, NAME_UNKNOWN, MANIFEST_UNKNOWN
  | 'unauthorized' //      401 after a refresh, 402, 403, 451: the credentials are insufficient
  | 'rateLimited' //       429: a throttle or an exhausted quota
  | 'unavailable' //       5xx, 409, 423, resets, timeouts, stalls: a temporary failure of the registry or the network
  | 'invalidContent' //    bytes, digests or documents that contradict what they claim
  | 'unsupported' //       the registry refuses this kind of content (405 or MANIFEST_INVALID when written, schema1, ...)
  | 'tagImmutable' //      the tag exists with another digest and is immutable
  | 'contentMissing' //    a manifest was refused because a blob or child is missing (MANIFEST_BLOB_UNKNOWN)
  | 'refused' //           any other 4xx: a policy, a limit, an invalid request
  | 'unsafe' //            a server directs the client, or its credentials, to a forbidden address

export interface RegistryErrorInit {
  readonly kind: RegistryErrorKind
  /** `GET https://host/v2/…`, without the query and credentials. */
  readonly request?: string | undefined
  readonly status?: number | undefined
  /** The registry's own error code, e.g. `MANIFEST_UNKNOWN` or `TOOMANYREQUESTS`. */
  readonly code?: string | undefined
  /** For `rateLimited`: the wait that the registry asks for, in seconds. */
  readonly retryAfterSeconds?: number | undefined
  /** For `rateLimited`: true if a quota is exhausted, which takes hours to recover. */
  readonly quotaExhausted?: boolean | undefined
  readonly cause?: unknown
}

export class RegistryError extends Error {
  override readonly name = 'RegistryError'
  readonly kind: RegistryErrorKind
  readonly request: string | undefined
  readonly status: number | undefined
  readonly code: string | undefined
  readonly retryAfterSeconds: number | undefined
  readonly quotaExhausted: boolean

  constructor(message: string, init: RegistryErrorInit) {
    super(printable(message, MAX_MESSAGE), { cause: init.cause })
    this.kind = init.kind
    this.request = init.request
    this.status = init.status
    this.code = init.code === undefined ? undefined : printable(init.code, MAX_CODE)
    this.retryAfterSeconds = init.retryAfterSeconds
    this.quotaExhausted = init.quotaExhausted ?? false
  }
}

/** Bytes, a digest or a document contradict what they claim. */
export function invalidContent(message: string, code?: string): RegistryError {
  return new RegistryError(message, { kind: 'invalidContent', code })
}

/** Copies an error with other fields, and keeps the original as its cause. */
export function restate(
  error: RegistryError,
  changes: Partial<RegistryErrorInit>,
  message = error.message,
): RegistryError {
  const { kind, request, status, code, retryAfterSeconds, quotaExhausted } = error
  const same = { kind, request, status, code, retryAfterSeconds, quotaExhausted, cause: error }
  return new RegistryError(message, { ...same, ...changes })
}
