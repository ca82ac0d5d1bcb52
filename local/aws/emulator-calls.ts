/** Maps requests to the emulated S3 and SNS to IAM actions. */
import { readScope } from './aws-json.ts'
import type { Call } from './call.ts'

/** Request fields of Fastify. */
export interface EmulatorRequest {
  readonly method: string
  readonly url: string
  readonly headers: { readonly authorization?: string | undefined }
  readonly body?: unknown
}

export function emulatorCall(request: EmulatorRequest, partition: string): Call {
  const { scope, name: service } = readScope(request.headers.authorization)
  const about = service === 's3' ? bucketCall(request, partition) : topicCall(request.body)
  return { at: new Date().toISOString(), service, ...scope, ...about, by: 'api' }
}

/**
 * The permission that S3 requires besides GetObject to report a missing object; without it, S3 answers 403.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax
 */
export function callToMiss(call: Call): Call | undefined {
  if (call.service !== 's3' || call.action !== 'GetObject') return undefined
  return { ...call, action: 'ListBucket', resource: call.resource.replace(/\/.*/s, '') }
}

type About = Pick<Call, 'action' | 'resource'>

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
function bucketCall({ method, url }: EmulatorRequest, partition: string): About {
  const { pathname } = new URL(url, 'http://s3')
  const [bucket = '', ...key] = decodeURIComponent(pathname).slice(1).split('/')
  const isObject = key.join('/') !== ''
  return {
    action: (isObject ? OBJECT_ACTIONS : BUCKET_ACTIONS)[method],
    resource: `arn:${partition}:s3:::${isObject ? [bucket, ...key].join('/') : bucket}`,
  }
}

/** Multipart uploads start with POST. */
const OBJECT_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'GetObject',
  HEAD: 'GetObject',
  PUT: 'PutObject',
  POST: 'PutObject',
  DELETE: 'DeleteObject',
}

const BUCKET_ACTIONS: Readonly<Record<string, string>> = {
  GET: 'ListBucket',
  HEAD: 'ListBucket',
  PUT: 'CreateBucket',
}

function topicCall(body: unknown): About {
  const { Action, TopicArn } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >
  return {
    action: typeof Action === 'string' ? Action : undefined,
    resource: typeof TopicArn === 'string' ? TopicArn : '*',
  }
}
