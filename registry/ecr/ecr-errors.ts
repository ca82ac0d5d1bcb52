/** Converts errors of ECR's API to RegistryErrors. */
import { adviceAcrossAccounts } from '../model/cross-account.ts'
import { RegistryError, type RegistryErrorKind } from '../model/errors.ts'
import { isUnreadable, namedReasonOf } from '../model/foreign-error.ts'

/** The first match wins. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/CommonErrors.html */
const KINDS: readonly (readonly [RegExp, RegistryErrorKind])[] = [
  [/Throttl|TooManyRequests|RequestLimitExceeded/, 'rateLimited'],
  [/^(RepositoryNotFound|ImageNotFound)/, 'notFound'],
  [
    /AccessDenied|NotAuthorized|UnrecognizedClient|ExpiredToken|InvalidSignature|InvalidClientTokenId|MissingAuthentication|OptInRequired|CredentialsProvider|KmsException|BlockedByOrganizationPolicy/,
    'unauthorized',
  ],
  [
    /^(Server|InternalFailure|InternalServer|ServiceUnavailable|RequestTimeout|Timeout|Networking|UnableToGetUpstream)/,
    'unavailable',
  ],
]
const NETWORK = /^(ECONN|ENOTFOUND|EAI_|EPIPE|ETIMEDOUT|EHOST|ENET)/

export function ecrError(error: unknown, region: string, repository?: string): unknown {
  return serviceError(
    error,
    repository === undefined ? `ECR in ${region}` : `ECR in ${region}, repository ${repository}`,
  )
}

/** Returns RegistryErrors and aborts unchanged. @param where - the service, for messages */
export function serviceError(error: unknown, where: string): unknown {
  if (!(error instanceof Error) || error instanceof RegistryError || error.name === 'AbortError') return error
  const kind = kindOf(error)
  const advice = kind === 'unauthorized' ? adviceAcrossAccounts(error.message) : undefined
  const message = `${where}: ${namedReasonOf(error)}`
  return new RegistryError(advice === undefined ? message : `${message}; ${advice}`, {
    kind,
    code: error.name === 'RepositoryNotFoundException' ? 'NAME_UNKNOWN' : error.name,
    status: statusOf(error),
    cause: error,
  })
}

function kindOf(error: Error): RegistryErrorKind {
  if (isUnreadable(error)) return 'unavailable'
  const byName = KINDS.find(([name]) => name.test(error.name))
  if (byName !== undefined) return byName[1]
  if ('code' in error && NETWORK.test(String(error.code))) return 'unavailable'
  return (statusOf(error) ?? 0) >= 500 ? 'unavailable' : 'refused'
}

function statusOf(error: Error): number | undefined {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined
  return typeof status === 'number' ? status : undefined
}
