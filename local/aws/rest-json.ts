/**
 * AWS's REST JSON protocol: the operation is in the method and the path.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { AwsError, readScope } from './aws-json.ts'
import { answerFault, type Call, type CallLog, type OnRequest } from './call.ts'
import { refusalOf } from './caller.ts'
import type { QueryHandler } from './query.ts'

export interface RestService {
  /** The name in IAM and in the credential scope: `lambda`. */
  readonly name: string
  readonly operations: readonly RestOperation[]
}

export interface RestOperation {
  /** The action in IAM: `GetFunctionConcurrency`. */
  readonly action: string
  readonly method: 'GET'
  /** Matches the whole path. The group `name` is the name of the resource. */
  readonly path: RegExp
  resourceOf(request: RestRequest): string
  /** @throws {AwsError} */
  answer(request: RestRequest): object
}

export interface RestRequest {
  readonly name: string
  readonly query: URLSearchParams
  readonly region: string
}

export interface RestOptions {
  readonly log: CallLog
  readonly key: string | undefined
  readonly onRequest: OnRequest
}

/** Answers a request to the service; returns false for any other. */
export function restHandler(service: RestService, { log, key, onRequest }: RestOptions): QueryHandler {
  return async (request, response) => {
    const { authorization } = request.headers
    if (!authorization?.includes(`/${service.name}/aws4_request`)) return false
    try {
      const { scope } = readScope(authorization)
      const refused = refusalOf(request.headers, key)
      if (refused) throw new AwsError('UnrecognizedClientException', refused)
      const { operation, asked } = find(service, request, scope.region)
      const call: Call = {
        at: new Date().toISOString(),
        service: service.name,
        action: operation.action,
        ...scope,
        resource: operation.resourceOf(asked),
        by: 'api',
      }
      log.record(call)
      const fault = await onRequest(call)
      if (fault) answerFault(fault, request, response)
      else send(response, 200, operation.answer(asked))
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      send(response, statusOf(error), { message: error.message }, { 'x-amzn-errortype': error.type })
    }
    return true
  }
}

function find(
  { name: service, operations }: RestService,
  { method, url = '' }: IncomingMessage,
  region: string,
) {
  const { pathname, searchParams: query } = new URL(url, 'http://aws')
  for (const operation of operations) {
    const found = operation.method === method ? operation.path.exec(pathname) : null
    if (found === null) continue
    const name = decodeURIComponent(found.groups?.name ?? '')
    return { operation, asked: { name, query, region } }
  }
  throw new AwsError(
    'UnknownOperationException',
    `${method} ${pathname} is not part of the embedded ${service}`,
  )
}

function statusOf({ type }: AwsError): number {
  if (type === 'ResourceNotFoundException') return 404
  return type === 'UnrecognizedClientException' ? 403 : 400
}

function send(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-amzn-requestid': randomUUID(), ...headers })
    .end(JSON.stringify(value))
}
