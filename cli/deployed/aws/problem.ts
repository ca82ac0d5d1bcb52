/** Explains errors of AWS to people, each with what to do. */
import { codeOf, isUnreadable, namedReasonOf, reasonOf } from '../../../registry/model/foreign-error.ts'
import { quote } from '../../../registry/model/label.ts'
import { loginCommand, profileProblem } from './profile.ts'
import { regionProblem } from './region.ts'

/** Something that the user, or the administrator of the account, can mend. */
export class AwsProblem extends Error {
  override readonly name = 'AwsProblem'
  /** The permission that the credentials lack. @default - it is something else */
  readonly permission: string | undefined
  /** Whether this machine has no usable credentials, so that AWS was not asked. */
  readonly isLocal: boolean

  constructor(message: string, options: ErrorOptions & { readonly permission?: string | undefined } = {}) {
    super(message, options)
    this.permission = options.permission
    this.isLocal = options.cause instanceof Error && LOCAL.includes(options.cause.name)
  }
}

/** How users of a command choose the profile and the region. */
export interface Settings {
  readonly profile: string
  readonly region: string
  /** What the name of AWS's host depends on. */
  readonly host: string
}

/** For commands with the flags of placedCommand. */
const FLAGS: Settings = {
  profile: 'Give a profile with --profile, or set AWS_PROFILE.',
  region: 'give the home region of the mirror with --region, or set AWS_REGION.',
  host: '--region',
}

/** For commands without such flags. */
export const ENVIRONMENT: Settings = {
  profile: 'Set AWS_PROFILE to the profile to use.',
  region: 'set AWS_REGION, or give the profile a region.',
  host: 'AWS_REGION',
}

/** For the regions of a list. */
export const FOR_LISTS: Settings = { ...ENVIRONMENT, host: 'the region' }

/**
 * Waits for a request to AWS.
 * @param action - the permission that it needs, such as `states:StartExecution`
 * @throws AwsProblem for an error that has a known fix
 */
export async function ask<T>(
  action: string,
  request: Promise<T>,
  profile: string | undefined,
  settings: Settings = FLAGS,
): Promise<T> {
  try {
    return await request
  } catch (error) {
    throw (await problemOf(error, action, profile, settings)) ?? error
  }
}

/** The known fix of an error. @param action - the permission that the request needs */
export async function problemOf(
  error: unknown,
  action: string,
  profile: string | undefined,
  settings: Settings,
): Promise<AwsProblem | undefined> {
  const explained = await explain(error, action, profile, settings)
  if (explained === undefined) return undefined
  return new AwsProblem(explained, { cause: error, permission: missingPermission(error, action) })
}

const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'TokenRefreshRequired']
const UNKNOWN_KEY = [
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
]
/** Errors about this machine's configuration. */
const LOCAL = ['CredentialsProviderError', 'TokenProviderError', 'TypeError']
const DENIED = ['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException']
const LIMITED = ['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'SlowDown']

async function explain(
  error: unknown,
  action: string,
  profile: string | undefined,
  settings: Settings,
): Promise<string | undefined> {
  if (!(error instanceof Error)) return undefined
  const { name, message } = error
  // An empty AWS_REGION is a region that the SDK does not accept.
  const hasNoRegion = /^Region (?:is missing|not accepted: region="")/.test(message)
  // The SDK throws a TypeError for an SSO session that the configuration lacks.
  if (hasNoRegion || LOCAL.includes(name)) {
    const problem = await profileProblem(profile)
    if (problem !== undefined) return problem
  }
  if (isSso(error)) return `The SSO session has expired; run: ${await loginCommand(profile)}`
  if (isLogin(error)) return `The session of "aws login" has expired; run: ${await loginCommand(profile)}`
  if (EXPIRED.includes(name))
    return `The AWS credentials have expired; get new ones, for example with: ${await loginCommand(profile)}`
  if (name === 'CredentialsProviderError') return noCredentials(error, profile, settings)
  if (UNKNOWN_KEY.includes(name)) return `AWS does not accept the credentials: ${reasonOf(error)}`
  if (hasNoRegion) return `There is no region: ${settings.region}`
  const missing = missingPermission(error, action)
  if (missing !== undefined) return `Access denied: the AWS credentials lack the permission ${missing}.`
  if (LIMITED.includes(name)) return `AWS limits the rate of requests (${action}); try again in a minute.`
  const misspelt = regionProblem(error)
  if (misspelt !== undefined) return misspelt
  const status = statusOf(error)
  if (name === 'TimeoutError')
    return `AWS does not answer in time (${action}). Check the network${endpointVariables()} and ${settings.host}.`
  if (status === undefined && codeOf(error) !== undefined)
    return `AWS cannot be reached: ${reasonOf(error)}. Check the network${endpointVariables()} and ${settings.host}.`
  if (isUnreadable(error))
    return `The response is not from AWS (${action}): ${reasonOf(error)}. Check the proxy and AWS_ENDPOINT_URL.`
  if (status !== undefined && status >= 500)
    return `AWS does not answer (${action}): ${answerOf(error, status)}; try again in a minute.`
  if (status === 403 && isNameless(error))
    return `The request is refused (${action}): ${answerOf(error, status)}. Check the proxy, and that the AWS credentials have this permission.`
  return undefined
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpointVariables(): string {
  const set = Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT_URL'))
  return set.map((name) => `, ${name}`).join('')
}

/** Returns undefined if there is no answer. The SDK adds metadata about its attempts to every error. */
function statusOf(error: Error): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } }
  return $metadata?.httpStatusCode
}

/** An answer of AWS that no command expects, such as a refused argument; undefined for any other error. */
export function answerProblem(error: Error): AwsProblem | undefined {
  const status = statusOf(error)
  if (status === undefined) return undefined
  return new AwsProblem(`AWS refuses the request: ${answerOf(error, status)}`, { cause: error })
}

/** The SDK calls an answer that names no error `Unknown` or `UnknownError`, also in its message. */
function isNameless({ name }: Error): boolean {
  return name.startsWith('Unknown')
}

function answerOf(error: Error, status: number): string {
  return isNameless(error) ? `status ${status} without a reason` : namedReasonOf(error)
}

function noCredentials(error: Error, named: string | undefined, settings: Settings): string {
  const profile = named ?? process.env.AWS_PROFILE
  if (!profile) return `There are no AWS credentials: ${reasonOf(error)}. ${settings.profile}`
  return `The profile "${quote(profile)}" gives no AWS credentials: ${reasonOf(error)}. Check its keys, role or credential_process.`
}

/** The permission by the name that AWS gives, or else the one that the request needs. */
export function missingPermission(error: unknown, action: string): string | undefined {
  if (!(error instanceof Error) || !DENIED.includes(error.name)) return undefined
  const [, told = action] =
    /not authorized to perform: ([a-zA-Z0-9-]{1,40}:[a-zA-Z0-9]{1,80})/.exec(error.message) ?? []
  return told
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html */
function isSso({ name, message }: Error): boolean {
  if (name === 'TokenProviderError' || name === 'UnauthorizedException') return true
  return /\bSSO\b/i.test(message) && /expired|invalid|log ?in/i.test(message)
}

/** https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html */
function isLogin({ name, message }: Error): boolean {
  if (name !== 'CredentialsProviderError') return false
  return /\baws login\b|\/login\/cache\/|reauthenticate/i.test(message)
}
