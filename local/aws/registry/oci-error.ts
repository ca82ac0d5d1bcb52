/**
 * Errors of a registry and their format.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
 */
export type OciErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS'
  // From Docker's list, not OCI's; ECR uses it.
  | 'TAG_INVALID'
  | 'PAGINATION_NUMBER_INVALID'
  | 'UNKNOWN'

export interface OciErrorDetails {
  readonly headers?: Readonly<Record<string, string>>
  readonly detail?: unknown
  readonly text?: string
}

export class OciError extends Error {
  override readonly name = 'OciError'
  readonly status: number
  readonly code: OciErrorCode
  readonly headers: Readonly<Record<string, string>>
  readonly detail: unknown
  /** Replaces the JSON envelope, for registries that answer with plain text. */
  readonly text: string | undefined

  constructor(status: number, code: OciErrorCode, message: string, more: OciErrorDetails = {}) {
    super(message)
    this.status = status
    this.code = code
    this.headers = more.headers ?? {}
    this.detail = more.detail
    this.text = more.text
  }

  envelope(): string {
    const detail = this.detail === undefined ? {} : { detail: this.detail }
    return JSON.stringify({ errors: [{ code: this.code, message: this.message, ...detail }] })
  }
}
