/**
 * What failures are called, from the code that throws them to the workflow that retries, catches and tells of them.
 * Part of the contract; apart from its schemas, so that a program without messages need not load those.
 */

/** The names that our code throws, and that retries, catches and alerts go by. */
export const ErrorName = {
  /** The execution's input, or the list, is not what it must be. Permanent. */
  InvalidInput: 'InvalidInput',
  /** The source has no such repository, tag or digest. Permanent. */
  SourceNotFound: 'SourceNotFound',
  /** Credentials are missing, wrong or not enough, at the source or the target. Permanent. */
  AccessDenied: 'AccessDenied',
  /** What the source serves is not an image that can be copied unchanged. Permanent. */
  InvalidImage: 'InvalidImage',
  /** A registry refuses what we ask for a reason of its own: a policy, a limit, a question it does not take. Permanent. */
  RequestRefused: 'RequestRefused',
  /** The target repository's name, or its number of images, is one that ECR refuses. Permanent. */
  InvalidTarget: 'InvalidTarget',
  /** The target's tag is immutable and holds another digest. Permanent. */
  TagConflict: 'TagConflict',
  /** A server tried to send us, or our credentials, where they must not go. Permanent. */
  UnsafeRedirect: 'UnsafeRedirect',
  /** A registry asked us to slow down. Retried by the workflow, and `deferred` when that does not help. */
  RateLimited: 'RateLimited',
  /** A build's time was up before its work was done: `deferred`, and the next round goes on where it stopped. */
  DeadlineReached: 'DeadlineReached',
  /** A registry does not answer, or not in full, after all retries of the HTTP client. */
  RegistryUnavailable: 'RegistryUnavailable',
  /** An AWS service answers in a format that the SDK cannot read, such as a proxy's web page. */
  AnswerUnreadable: 'AnswerUnreadable',
  /** A function's time is nearly up: it says so itself, where Lambda would only say `Sandbox.Timedout`. Retried twice. */
  TimeoutError: 'TimeoutError',
  /** The run ended without an outcome for the pair: aborted, timed out, or its child execution was lost. */
  OutcomeMissing: 'OutcomeMissing',
  /** At least one pair failed: how a run that has alerted ends. */
  MirrorFailed: 'MirrorFailed',
  /** The plan was refused and the alert was sent: how a run with bad input ends. */
  PlanRefused: 'PlanRefused',
} as const
export type ErrorName = (typeof ErrorName)[keyof typeof ErrorName]

export const PERMANENT_ERRORS = [
  ErrorName.InvalidInput,
  ErrorName.SourceNotFound,
  ErrorName.AccessDenied,
  ErrorName.InvalidImage,
  ErrorName.RequestRefused,
  ErrorName.InvalidTarget,
  ErrorName.TagConflict,
  ErrorName.UnsafeRedirect,
] as const

/** At most this long in one round, whatever the registry asks: the longest window of a quota. The next round asks again. */
export const MAX_RETRY_AFTER_SECONDS = 21_600
