/** Turns any error into a failure with one of our names, a message, and the time to wait. */
import type { RegistryError, RegistryErrorKind } from '../registry/model/errors.ts'
import { codeOf, isUnreadable, reasonOf } from '../registry/model/foreign-error.ts'
import { ErrorName } from './error-name.ts'

export interface Failure {
  /** One of `ErrorName`, or the error's own name if it is unexpected. */
  readonly name: string
  readonly message: string
  readonly retryAfterSeconds?: number
}

const BY_KIND: Readonly<Record<RegistryErrorKind, ErrorName>> = {
  notFound: ErrorName.SourceNotFound,
  unauthorized: ErrorName.AccessDenied,
  rateLimited: ErrorName.RateLimited,
  unavailable: ErrorName.RegistryUnavailable,
  invalidContent: ErrorName.InvalidImage,
  unsupported: ErrorName.InvalidImage,
  tagImmutable: ErrorName.TagConflict,
  // The client has already uploaded again and retried, so the registry itself loses content for now.
  contentMissing: ErrorName.RegistryUnavailable,
  refused: ErrorName.RequestRefused,
  unsafe: ErrorName.UnsafeRedirect,
}

/**
 * ECR's error codes for problems of the repository rather than the image.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
 */
const TARGET_CODES = new Set([
  'NAME_INVALID',
  'TAG_INVALID',
  'InvalidParameterException',
  'InvalidTagParameterException',
  'TooManyTagsException',
  'LimitExceededException',
])

/** Maps AWS SDK error names to ours. The first match counts. */
const BY_NAME: readonly (readonly [RegExp, ErrorName])[] = [
  [/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/, ErrorName.RateLimited],
  [
    /AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidSignature|CredentialsProvider/,
    ErrorName.AccessDenied,
  ],
  [/^(LimitExceeded|InvalidParameter|InvalidTagParameter|TooManyTags)Exception$/, ErrorName.InvalidTarget],
]

/** Room for a list with many mistakes; callers with less room shorten it further. */
const MAX_MESSAGE = 20_000

export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: shortened(String(error), MAX_MESSAGE) }
  return { name: nameOf(error), message: shortened(messageOf(error), MAX_MESSAGE), ...retryAfter(error) }
}

/** Control and format characters, except line feeds: terminals interpret them. */
const UNREADABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * Bounds a message and replaces control characters, so that no character takes more than four bytes as JSON within
 * JSON. Escaped control characters would take seven.
 */
export function shortened(message: string, max: number): string {
  const readable = message.slice(0, 2 * max).replace(UNREADABLE, ' ')
  return (readable.length > max ? `${readable.slice(0, max - 3)}...` : readable).toWellFormed()
}

/** Creates an error that Step Functions matches by `name`. */
export function namedError(name: ErrorName, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause })
  error.name = name
  return error
}

/** Checks fields instead of the class, because the domain imports only types from the registry client. */
export function isRegistryError(error: unknown, kind?: RegistryErrorKind): error is RegistryError {
  if (!(error instanceof Error) || error.name !== 'RegistryError' || !('kind' in error)) return false
  return kind === undefined || error.kind === kind
}

function nameOf(error: Error): string {
  if (isRegistryError(error)) return nameOfRegistryError(error)
  if (isUnreadable(error)) return ErrorName.AnswerUnreadable
  return BY_NAME.find(([pattern]) => pattern.test(error.name))?.[1] ?? error.name
}

/** Our own messages are readable already; those of Node and of the AWS SDK are not. */
function messageOf(error: Error): string {
  if (isRegistryError(error)) return error.message
  const foreign = isUnreadable(error) || '$metadata' in error || codeOf(error) !== undefined
  return foreign ? reasonOf(error) : error.message
}

function nameOfRegistryError({ kind, code, request }: RegistryError): ErrorName {
  const isRead = request?.startsWith('GET ') || request?.startsWith('HEAD ')
  if (kind === 'refused' && !isRead && code !== undefined && TARGET_CODES.has(code)) {
    return ErrorName.InvalidTarget
  }
  return BY_KIND[kind]
}

function retryAfter(error: Error): Pick<Failure, 'retryAfterSeconds'> {
  const seconds = isRegistryError(error) ? error.retryAfterSeconds : undefined
  return seconds === undefined ? {} : { retryAfterSeconds: seconds }
}
