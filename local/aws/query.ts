/**
 * AWS's query protocol: a form in, XML out.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError, readScope, type Scope } from './aws-json.ts'
import type { CallLog } from './call.ts'
import { refusalOf } from './caller.ts'

export interface QueryService {
  /** The name in IAM and in the credential scope: `sts`. */
  readonly name: string
  resourceOf(form: URLSearchParams): string
  /**
   * Returns the content of the result element.
   * @throws {AwsError}
   */
  answer(action: string, form: URLSearchParams, scope: Scope): string
}

export interface QueryOptions {
  readonly log: CallLog
  readonly key: string | undefined
  /** Actions that no caller may perform, such as `iam:GetRole`. @default - none */
  readonly denied?: ReadonlySet<string>
}

/** Answers a request to the service; returns false for any other. */
export type QueryHandler = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>

export function queryHandler(service: QueryService, { log, key, denied }: QueryOptions): QueryHandler {
  return async (request, response) => {
    const { authorization } = request.headers
    if (!authorization?.includes(`/${service.name}/aws4_request`)) return false
    try {
      const { scope } = readScope(authorization)
      const form = new URLSearchParams(await textOf(request))
      const action = form.get('Action') ?? ''
      const at = new Date().toISOString()
      log.record({
        at,
        service: service.name,
        action,
        ...scope,
        resource: service.resourceOf(form),
        by: 'api',
      })
      const refused = refusalOf(request.headers, key)
      if (refused) throw new AwsError('InvalidClientTokenId', refused)
      const permission = `${service.name}:${action}`
      if (denied?.has(permission))
        throw new AwsError('AccessDenied', `User is not authorized to perform: ${permission}`)
      const result = service.answer(action, form, scope)
      send(response, 200, element(`${action}Response`, element(`${action}Result`, result)))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const status = ACCESS_ERRORS.includes(error.type) ? 403 : 400
      const details = element('Code', escaped(error.type)) + element('Message', escaped(error.message))
      send(response, status, element('ErrorResponse', element('Error', details)))
    }
    return true
  }
}

const ACCESS_ERRORS = ['AccessDenied', 'InvalidClientTokenId', 'ExpiredToken']

/** @param content - XML */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`
}

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amzn-requestid': randomUUID() }).end(body)
}
