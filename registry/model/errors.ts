/**
 * The one error of the registry client. What went wrong is a `kind`, so that callers decide by data and not by
 * class; what the registry said is kept, redacted, on one line and of a bounded length, wherever it came from.
 */
import { printable } from './label.ts'

const MAX_MESSAGE = 2_500
const MAX_CODE = 64

/** What kind of failure it is, and with that whether trying again can help. */
export type RegistryErrorKind =
  | 'notFound' //          404, 410, NAME_UNKNOWN, MANIFEST_UNKNOWN
  | 'unauthorized' //      401 after a refresh, 402, 403, 451: these credentials will not do
  | 'rateLimited' //       429: a throttle, or a quota that is used up
  | 'unavailable' //       5xx, 409, 423, resets, timeouts, stalls: the registry or the way to it is broken for now
  | 'invalidContent' //    bytes, digests or documents that are not what they claim to be
  | 'unsupported' //       the registry refuses this kind of content (405 or MANIFEST_INVALID when written, schema1, ...)
  | 'tagImmutable' //      the tag exists with another digest and may not be moved
  | 'contentMissing' //    a manifest was refused because a blob or child is not there (MANIFEST_BLOB_UNKNOWN)
  | 'refused' //           any other 4xx: a policy, a limit, a question that is not understood
  | 'unsafe' //            a server tried to send us, or our credentials, where they must not go

export interface RegistryErrorInit {
  readonly kind: RegistryErrorKind
  /** `GET https://host/v2/…`, without query and credentials. */
  readonly request?: string | undefined
  readonly status?: number | undefined
  /** The registry's own error code, e.g. `MANIFEST_UNKNOWN` or `TOOMANYREQUESTS`. */
  readonly code?: string | undefined
  /** For `rateLimited`: how long the registry asked to wait, in seconds. */
  readonly retryAfterSeconds?: number | undefined
  /** For `rateLimited`: true when a quota is used up, so that waiting seconds does not help. */
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

/** The same failure, seen differently: what it was before stays as the cause. */
export function restate(
  error: RegistryError,
  changes: Partial<RegistryErrorInit>,
  message = error.message,
): RegistryError {
  const { kind, request, status, code, retryAfterSeconds, quotaExhausted } = error
  const same = { kind, request, status, code, retryAfterSeconds, quotaExhausted, cause: error }
  return new RegistryError(message, { ...same, ...changes })
}
