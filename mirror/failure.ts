/** Any error as a failure of ours: which of our names it has, what it says, and how long to wait. */
import type { RegistryError, RegistryErrorKind } from '../registry/model/errors.ts'
import { codeOf, isUnreadable, reasonOf } from '../registry/model/foreign-error.ts'
import { ErrorName } from './error-name.ts'

export interface Failure {
  /** One of `ErrorName`, or the error's own name where it is a surprise. */
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
  // The client has uploaded again and tried again by now: a registry that forgets content is broken, for a while.
  contentMissing: ErrorName.RegistryUnavailable,
  refused: ErrorName.RequestRefused,
  unsafe: ErrorName.UnsafeRedirect,
}

/**
 * ECR's ways to say that the repository, and not the image, is the trouble.
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

/** Errors that the AWS SDK names, and what they mean to us. First match counts. */
const BY_NAME: readonly (readonly [RegExp, ErrorName])[] = [
  [/Throttl|TooManyRequests|SlowDown|RequestLimitExceeded/, ErrorName.RateLimited],
  [
    /AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidSignature|CredentialsProvider/,
    ErrorName.AccessDenied,
  ],
  [/^(LimitExceeded|InvalidParameter|InvalidTagParameter|TooManyTags)Exception$/, ErrorName.InvalidTarget],
]

/** A list with many mistakes has the longest message; what carries it further cuts it as it needs. */
const MAX_MESSAGE = 20_000

export function describeFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: shortened(String(error), MAX_MESSAGE) }
  return { name: nameOf(error), message: shortened(messageOf(error), MAX_MESSAGE), ...retryAfter(error) }
}

/** Control and format characters, which terminals obey, but for the end of a line. */
const UNREADABLE = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * A message that may travel through states: at most so many characters, of which none takes more than four bytes in
 * JSON within JSON. Control characters would take seven, and nobody can read them.
 */
export function shortened(message: string, max: number): string {
  const readable = message.slice(0, 2 * max).replace(UNREADABLE, ' ')
  return (readable.length > max ? `${readable.slice(0, max - 3)}...` : readable).toWellFormed()
}

/** An error that Step Functions knows by `name`. */
export function namedError(name: ErrorName, message: string, cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? undefined : { cause })
  error.name = name
  return error
}

/** By its fields and not by its class: the domain knows the port's types only. */
export function isRegistryError(error: unknown, kind?: RegistryErrorKind): error is RegistryError {
  if (!(error instanceof Error) || error.name !== 'RegistryError' || !('kind' in error)) return false
  return kind === undefined || error.kind === kind
}

function nameOf(error: Error): string {
  if (isRegistryError(error)) return nameOfRegistryError(error)
  if (isUnreadable(error)) return ErrorName.AnswerUnreadable
  return BY_NAME.find(([pattern]) => pattern.test(error.name))?.[1] ?? error.name
}

/** Ours are words for people already; those of Node and of the AWS SDK are not. */
function messageOf(error: Error): string {
  if (isRegistryError(error)) return error.message
  const foreign = isUnreadable(error) || '$metadata' in error || codeOf(error) !== undefined
  return foreign ? reasonOf(error) : error.message
}

function nameOfRegistryError({ kind, code, request }: RegistryError): ErrorName {
  const asked = request?.startsWith('GET ') || request?.startsWith('HEAD ')
  if (kind === 'refused' && !asked && code !== undefined && TARGET_CODES.has(code)) {
    return ErrorName.InvalidTarget
  }
  return BY_KIND[kind]
}

function retryAfter(error: Error): Pick<Failure, 'retryAfterSeconds'> {
  const seconds = isRegistryError(error) ? error.retryAfterSeconds : undefined
  return seconds === undefined ? {} : { retryAfterSeconds: seconds }
}
