/**
 * Error names, shared by the code that throws them and the workflow that retries, catches and reports them.
 * Part of the contract, but free of schemas, so that programs without messages need not load those.
 */

/** The names that our code throws; retries, catches and alerts match on them. */
export const ErrorName = {
  /** The execution's input or the list is invalid. Permanent. */
  InvalidInput: 'InvalidInput',
  /** The repository, tag or digest does not exist at the source. Permanent. */
  SourceNotFound: 'SourceNotFound',
  /** Credentials are missing, wrong or insufficient, at the source or the target. Permanent. */
  AccessDenied: 'AccessDenied',
  /** The source serves something that cannot be copied unchanged. Permanent. */
  InvalidImage: 'InvalidImage',
  /** The image lacks an artifact that the list requires. Permanent. */
  ArtifactMissing: 'ArtifactMissing',
  /** The image has no signature, and the list demands one (`verify`). Permanent. */
  SignatureMissing: 'SignatureMissing',
  /** The image has signatures, none of which fits the list's `verify`. Permanent. */
  SignatureInvalid: 'SignatureInvalid',
  /** The image has a signature of a kind that cannot be checked. Permanent. */
  SignatureUnsupported: 'SignatureUnsupported',
  /** A registry refuses a request for another reason: a policy, a limit, an unsupported request. Permanent. */
  RequestRefused: 'RequestRefused',
  /** ECR refuses the target repository's name or its number of images. Permanent. */
  InvalidTarget: 'InvalidTarget',
  /** The target's tag is immutable and holds another digest. Permanent. */
  TagConflict: 'TagConflict',
  /** A server tried to redirect the client or its credentials to a forbidden place. Permanent. */
  UnsafeRedirect: 'UnsafeRedirect',
  /** A registry limits the request rate. The workflow retries; `deferred` if that does not help. */
  RateLimited: 'RateLimited',
  /** A build reached its time limit before it finished: `deferred`, and the next round resumes. */
  DeadlineReached: 'DeadlineReached',
  /** A registry does not respond, or not completely, after all retries of the HTTP client. */
  RegistryUnavailable: 'RegistryUnavailable',
  /** An AWS service's response cannot be parsed by the SDK, such as a proxy's web page. */
  AnswerUnreadable: 'AnswerUnreadable',
  /**
   * A function is about to time out and ends itself with this name, instead of Lambda's `Sandbox.Timedout`. Retried
   * twice.
   */
  TimeoutError: 'TimeoutError',
  /** The run ended without an outcome for the pair: it was aborted or timed out, or its child execution was lost. */
  OutcomeMissing: 'OutcomeMissing',
  /** At least one pair failed. Ends a run after its alert. */
  MirrorFailed: 'MirrorFailed',
  /** Plan refused the input. Ends such a run after its alert. */
  PlanRefused: 'PlanRefused',
  /** Plan failed for another reason. Ends such a run after its alert. */
  PlanFailed: 'PlanFailed',
} as const
export type ErrorName = (typeof ErrorName)[keyof typeof ErrorName]

export const PERMANENT_ERRORS = [
  ErrorName.InvalidInput,
  ErrorName.SourceNotFound,
  ErrorName.AccessDenied,
  ErrorName.InvalidImage,
  ErrorName.ArtifactMissing,
  ErrorName.SignatureMissing,
  ErrorName.SignatureInvalid,
  ErrorName.SignatureUnsupported,
  ErrorName.RequestRefused,
  ErrorName.InvalidTarget,
  ErrorName.TagConflict,
  ErrorName.UnsafeRedirect,
] as const

/**
 * Longest wait in one round, whatever the registry asks for: the longest window of a known quota. The next round asks
 * again.
 */
export const MAX_RETRY_AFTER_SECONDS = 21_600
