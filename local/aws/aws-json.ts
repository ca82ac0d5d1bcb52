/**
 * AWS JSON 1.1 protocol: the operation is in X-Amz-Target, the region and the caller are in the credential scope of the
 * signature. Signatures are not verified; the session token carries the run's key (caller.ts).
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerFault, type Call, type CallLog, type OnRequest } from './call.ts'
import { refusalOf } from './caller.ts'

/** A service error, with the name that the SDK expects. */
export class AwsError extends Error {
  override readonly name = 'AwsError'
  readonly type: string
  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

/** The caller and the region of a request. */
export interface Scope {
  readonly accessKeyId: string
  readonly region: string
}

export interface Service {
  /** The name in IAM: `ecr`. */
  readonly name: string
  /** The name in the credential scope. @default - the name in IAM */
  readonly signingName?: string
  /** The part of X-Amz-Target before the dot. */
  readonly target: string
  /** Whether it answers in every region. @default false - in the regions of the mirror */
  readonly anyRegion?: boolean
  /** The ARN of the call's resource, or `*`. */
  resourceOf(input: unknown, scope: Scope, action: string): string
  /** @throws {AwsError} */
  answer(action: string, input: unknown, scope: Scope): Promise<object>
}

export interface AwsHandlerOptions {
  readonly services: readonly Service[]
  readonly regions: readonly string[]
  readonly log: CallLog
  readonly onRequest: OnRequest | undefined
  /** The session token that callers must present. @default - anyone may call */
  readonly key?: string | undefined
  /** Whether temporary credentials have expired. @default - they never expire */
  readonly hasExpired?: (accessKeyId: string) => boolean
}

export function createAwsHandler(options: AwsHandlerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refused = refusalOf(request.headers, options.key)
    if (refused) return send(response, 403, { __type: 'UnrecognizedClientException', message: refused })
    try {
      const { service, action, scope, input } = await readCall(options, request)
      if (options.hasExpired?.(scope.accessKeyId))
        throw new AwsError('ExpiredTokenException', 'The security token included in the request is expired')
      const call: Call = {
        at: new Date().toISOString(),
        service: service.name,
        action,
        region: scope.region,
        accessKeyId: scope.accessKeyId,
        resource: service.resourceOf(input, scope, action),
        by: 'api',
      }
      options.log.record(call)
      const fault = await options.onRequest?.(call)
      if (fault) return answerFault(fault, request, response)
      send(response, 200, await service.answer(action, input, scope))
    } catch (error) {
      if (response.destroyed) return
      sendError(response, error)
    }
  }
}

async function readCall({ services, regions }: AwsHandlerOptions, request: IncomingMessage) {
  const { scope, name } = readScope(request.headers.authorization)
  const [target, action = ''] = String(request.headers['x-amz-target'] ?? '').split('.')
  const service = services.find((one) => (one.signingName ?? one.name) === name)
  if (!service || service.target !== target)
    throw new AwsError('UnknownOperationException', `${name} has no ${target}.${action}`)
  if (!service.anyRegion && !regions.includes(scope.region)) {
    throw new AwsError(
      'InvalidSignatureException',
      `Credential should be scoped to a valid region, not '${scope.region}'.`,
    )
  }
  return { service, action, scope, input: await readJson(request) }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
export function readScope(authorization = ''): { readonly scope: Scope; readonly name: string } {
  const [algorithm = '', ...rest] = authorization.split(' ')
  const parts = algorithm === 'AWS4-HMAC-SHA256' ? rest.join('').split(',') : []
  const credential = parts.find((part) => part.startsWith('Credential=')) ?? ''
  const [, accessKeyId, region, name] =
    /^Credential=([^/,]+)\/\d{8}\/([^/,]+)\/([^/,]+)\/aws4_request/.exec(credential) ?? []
  if (accessKeyId && region && name) return { scope: { accessKeyId, region }, name }
  throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  try {
    return JSON.parse(Buffer.concat(chunks).toString() || '{}')
  } catch {
    throw new AwsError('SerializationException', 'the body is not JSON')
  }
}

function sendError(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof AwsError) send(response, 400, { __type: error.type, message })
  else send(response, 500, { __type: 'ServerException', message })
}

function send(response: ServerResponse, status: number, value: object): void {
  response
    .writeHead(status, {
      'content-type': 'application/x-amz-json-1.1',
      'x-amzn-requestid': randomUUID(),
    })
    .end(JSON.stringify(value))
}
