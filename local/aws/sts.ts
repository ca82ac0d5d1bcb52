/**
 * STS on loopback, as far as roles of other accounts are assumed. Speaks AWS's query protocol: a form in, XML out.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError, readScope } from './aws-json.ts'
import type { CallLog } from './call.ts'
import { refusalOf } from './caller.ts'

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
  readonly accounts: readonly OtherAccount[]
  readonly log: CallLog
  /** The session token that callers must present, and that sessions get. @default - anyone may call */
  readonly key: string | undefined
  readonly now: () => number
}

export interface Sts {
  readonly sessions: Sessions
  /** Answers a request to STS; returns false for any other. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>
}

export function startSts({ accounts, log, key, now }: StsOptions): Sts {
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
    return element('Credentials', [
      element('AccessKeyId', [accessKeyId]),
      element('SecretAccessKey', ['local']),
      element('SessionToken', [key ?? 'local']),
      element('Expiration', [new Date(expiresAt).toISOString()]),
    ])
  }

  return {
    sessions,
    async answer(request, response) {
      const { authorization } = request.headers
      if (!/\/sts\/aws4_request/.test(authorization ?? '')) return false
      try {
        const { scope } = readScope(authorization)
        const form = new URLSearchParams(await textOf(request))
        const resource = form.get('RoleArn') ?? '*'
        const action = form.get('Action') ?? ''
        const at = new Date().toISOString()
        log.record({ at, service: 'sts', action, ...scope, resource, by: 'api' })
        const refused = refusalOf(request.headers, key)
        if (refused) throw new AwsError('InvalidClientTokenId', refused)
        if (action !== 'AssumeRole')
          throw new AwsError('InvalidAction', `${action} is not part of the embedded STS`)
        send(response, 200, element('AssumeRoleResponse', [element('AssumeRoleResult', [assumeRole(form)])]))
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        const details = [element('Code', [error.type]), element('Message', [error.message])]
        send(response, 403, element('ErrorResponse', [element('Error', details)]))
      }
      return true
    },
  }
}

/** Names and values here need no escaping but for foreign ones in messages. */
function element(name: string, content: readonly string[]): string {
  const text = content.map((one) => (one.startsWith('<') ? one : one.replaceAll(/[<&]/g, '?')))
  return `<${name}>${text.join('')}</${name}>`
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }).end(body)
}
