/**
 * STS on loopback: the account of the caller, and roles of other accounts.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { randomBytes } from 'node:crypto'
import { AwsError, type Scope } from './aws-json.ts'
import type { CallLog } from './call.ts'
import { element, escaped, type QueryHandler, queryHandler } from './query.ts'

/** An account besides the own one, with the roles that the own one may assume. */
export interface OtherAccount {
  readonly account: string
  readonly regions: readonly string[]
  readonly roles: readonly { readonly role: string; readonly externalId?: string | undefined }[]
  /** The registry policy of each region. @default - none, so that only its roles have access */
  readonly registryPolicies?: Readonly<Record<string, object>>
}

export interface Session {
  readonly account: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

/** Sessions by their access key. */
export type Sessions = ReadonlyMap<string, Session>

export interface StsOptions {
  /** The account of callers that have assumed no role. */
  readonly account: string
  readonly accounts: readonly OtherAccount[]
  readonly log: CallLog
  /** The session token that callers must present, and that sessions get. @default - anyone may call */
  readonly key: string | undefined
  readonly now: () => number
}

export interface Sts {
  readonly sessions: Sessions
  /** Answers a request to STS; returns false for any other. */
  readonly answer: QueryHandler
}

export function startSts({ account, accounts, log, key, now }: StsOptions): Sts {
  const sessions = new Map<string, Session>()

  function assumeRole(form: URLSearchParams): string {
    const role = form.get('RoleArn') ?? ''
    const found = accounts.find(({ roles }) =>
      roles.some((one) => one.role === role && one.externalId === (form.get('ExternalId') ?? undefined)),
    )
    if (found === undefined)
      throw new AwsError(
        'AccessDenied',
        `User is not authorized to perform: sts:AssumeRole on resource: ${role}`,
      )
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`
    const expiresAt = now() + Number(form.get('DurationSeconds') ?? '3600') * 1000
    sessions.set(accessKeyId, { account: found.account, expiresAt })
    const credentials = [
      element('AccessKeyId', accessKeyId),
      element('SecretAccessKey', 'local'),
      element('SessionToken', escaped(key ?? 'local')),
      element('Expiration', new Date(expiresAt).toISOString()),
    ]
    return element('Credentials', credentials.join(''))
  }

  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
  function getCallerIdentity({ accessKeyId }: Scope): string {
    const owner = sessions.get(accessKeyId)?.account ?? account
    return [
      element('Arn', `arn:aws:sts::${owner}:assumed-role/${escaped(accessKeyId)}/local`),
      element('UserId', escaped(accessKeyId)),
      element('Account', owner),
    ].join('')
  }

  const service = {
    name: 'sts',
    resourceOf: (form: URLSearchParams) => form.get('RoleArn') ?? '*',
    answer(action: string, form: URLSearchParams, scope: Scope) {
      if (action === 'GetCallerIdentity') return getCallerIdentity(scope)
      if (action === 'AssumeRole') return assumeRole(form)
      throw new AwsError('InvalidAction', `${action} is not part of the embedded STS`)
    },
  }
  return { sessions, answer: queryHandler(service, { log, key }) }
}
