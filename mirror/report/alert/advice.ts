/** What to do about each error, in a few words, with the section of docs/runbook.md that explains it. */
import { ErrorName } from '../../error-name.ts'

/** Errors with a section of their own. */
const BY_NAME: Readonly<Record<string, string>> = {
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
  [ErrorName.OutcomeMissing]: 'rerun the pairs',
  'States.TaskFailed': "read the build's log",
}

/** Anchor of a section that several errors share -> error -> advice. */
const BY_SECTION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'timeouterror-lambdaunknown-sandboxtimedout-runtimeexiterror': {
    [ErrorName.TimeoutError]: "read the function's log",
    'Lambda.Unknown': "read the function's log",
    'Sandbox.Timedout': "read the function's log",
    'Runtime.ExitError': "read the function's log",
  },
  'lambda-faults': {
    'Lambda.ServiceException': 'rerun the pairs',
    'Lambda.AWSLambdaException': 'rerun the pairs',
    'Lambda.SdkClientException': 'rerun the pairs',
    'Lambda.ClientExecutionTimeoutException': 'rerun the pairs',
    'Lambda.TooManyRequestsException': 'rerun the pairs',
  },
  'network-faults': {
    'Lambda.ResourceNotReadyException': 'check the subnets',
    'Lambda.ENINotReadyException': 'check the subnets',
    'Lambda.EC2ThrottledException': 'check the subnets',
  },
  's3-faults': {
    InternalError: 'rerun the pairs',
    ServiceUnavailable: 'rerun the pairs',
    NoSuchBucket: 'rerun the pairs',
    [ErrorName.AnswerUnreadable]: 'rerun the pairs',
  },
  'states-errors': {
    'States.Timeout': 'rerun the pairs',
    'States.Permissions': 'deploy again',
    'States.DataLimitExceeded': 'open an issue',
    'States.Runtime': 'open an issue',
  },
  'codebuild-refusals': {
    'CodeBuild.CodeBuildException': 'check the service',
    'CodeBuild.SdkClientException': 'check the service',
    'CodeBuild.ResourceNotFoundException': 'deploy again',
    'CodeBuild.InvalidInputException': 'deploy again',
    'CodeBuild.AccountLimitExceededException': 'raise the quota',
  },
}

interface Advice {
  readonly text: string
  /** The section of docs/runbook.md. */
  readonly anchor: string
}

const ADVICE: ReadonlyMap<string, Advice> = new Map([
  ...Object.entries(BY_NAME).map(([name, text]) => [name, { text, anchor: anchorOf(name) }] as const),
  ...Object.entries(BY_SECTION).flatMap(([anchor, errors]) =>
    Object.entries(errors).map(([name, text]) => [name, { text, anchor }] as const),
  ),
])

export const ADVISED: readonly string[] = [...ADVICE.keys()]

/** Returns the advice for an error, or a general one for errors that the runbook does not have. */
export function adviceFor(name: string): string {
  return ADVICE.get(name)?.text ?? 'rerun the pairs; if they fail again, open an issue'
}

/** `What to do: check the registry (docs/runbook.md#registryunavailable)` */
export function whatToDo(outcome: string, name: string | undefined): string {
  const advice = name === undefined ? 'rerun the pairs' : adviceFor(name)
  const anchor = ADVICE.get(name ?? '')?.anchor
  const more = anchor === undefined ? '' : ` (docs/runbook.md#${anchor})`
  if (outcome !== 'deferred') return `What to do: ${advice}${more}`
  const prevention = anchor === undefined ? '' : `; to prevent it, ${advice}${more}`
  return `What to do: nothing, because the next run continues${prevention}`
}

/** The anchor of the section with this heading, as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading.toLowerCase().replace(/[^a-z0-9]/g, '')
}
