/** One line of advice for each error, as docs/runbook.md has it. */
import { ErrorName } from '../../error-name.ts'

const ADVICE: Readonly<Record<string, string>> = {
  [ErrorName.InvalidInput]: 'correct the list or the input',
  [ErrorName.SourceNotFound]: 'check the name, the tag or the filters',
  [ErrorName.AccessDenied]: 'check credentials and policies',
  [ErrorName.InvalidImage]: 'contact the publisher',
  [ErrorName.ArtifactMissing]: 'publish it at the source, or change what is required',
  [ErrorName.SignatureMissing]: 'sign the image at the source',
  [ErrorName.SignatureInvalid]: 'find out who signed it',
  [ErrorName.SignatureUnsupported]: 'sign the image with another key',
  [ErrorName.RequestRefused]: "read the registry's reason",
  [ErrorName.InvalidTarget]: 'rename it, or delete images',
  [ErrorName.TagConflict]: 'decide which one is correct',
  [ErrorName.UnsafeRedirect]: 'contact the operator',
  [ErrorName.RegistryUnavailable]: 'check the registry',
  [ErrorName.RateLimited]: 'set credentials',
  [ErrorName.DeadlineReached]: 'give builds more time',
  [ErrorName.TimeoutError]: "read the function's log",
  'Lambda.Unknown': "read the function's log",
  'Sandbox.Timedout': "read the function's log",
  'Runtime.ExitError': "read the function's log",
  'Lambda.TooManyRequestsException': 'rerun the pairs',
  InternalError: 'rerun the pairs',
  ServiceUnavailable: 'rerun the pairs',
  NoSuchBucket: 'rerun the pairs',
  [ErrorName.OutcomeMissing]: 'rerun the pairs',
  [ErrorName.AnswerUnreadable]: 'rerun the pairs',
  'States.TaskFailed': "read the build's log",
  'States.Timeout': 'rerun the pairs',
  'States.Permissions': 'deploy again',
  'States.DataLimitExceeded': 'open an issue',
  'States.Runtime': 'open an issue',
  'CodeBuild.CodeBuildException': 'check the service',
  'CodeBuild.SdkClientException': 'check the service',
  'CodeBuild.ResourceNotFoundException': 'deploy again',
  'CodeBuild.InvalidInputException': 'deploy again',
  'CodeBuild.AccountLimitExceededException': 'raise the quota',
}

/** The advice for an error, or the page to read. */
export function adviceFor(name: string): string {
  return ADVICE[name] ?? `see ${name} in docs/runbook.md`
}

export const ADVISED: readonly string[] = Object.keys(ADVICE)
