/**
 * S3, SNS and SQS on a loopback address, through `fauxqs`. It has a single account, 000000000000: the ARN of a topic is
 * translated on the way in, so that the rest of the run uses the template's account.
 */
import { randomUUID } from 'node:crypto'
import { buildApp } from 'fauxqs'
import { partitionOf } from '../mirror/list/partitions.ts'
import type { Call, Fault, OnRequest } from './aws/call.ts'
import { refusalOf } from './aws/caller.ts'
import { conditionalWrites } from './aws/conditional-writes.ts'
import { callToMiss, emulatorCall } from './aws/emulator-calls.ts'

export interface Emulator {
  readonly endpoint: string
  close(): Promise<void>
}

const ITS_ACCOUNT = '000000000000'
/** What S3 accepts in one request: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_OBJECT_BYTES = 5 * 1024 ** 3

export interface EmulatorProps {
  readonly account: string
  readonly region: string
  /** The session token that callers must present. @default - anyone may call */
  readonly key?: string
  /** Called with every request before it is answered. */
  readonly record?: (call: Call) => void
  /** Injects the fault that it returns for a request. @default - no faults */
  readonly onRequest?: OnRequest | undefined
}

export async function startEmulator(props: EmulatorProps): Promise<Emulator> {
  const { account, region, key, record = () => {}, onRequest } = props
  const partition = partitionOf(region)
  const app = buildApp({ logger: false, defaultRegion: region })
  // Other services have parsers of their own, with smaller limits.
  app.removeContentTypeParser('*')
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_OBJECT_BYTES }, (_, body, done) =>
    done(null, body),
  )
  const own = randomUUID()
  const isOwn = (headers: Headers): boolean => headers[OWN] === own
  const writes = conditionalWrites(async ({ url }) => {
    const { pathname } = new URL(url, 'http://s3')
    const { headers } = await app.inject({ method: 'HEAD', url: pathname, headers: { [OWN]: own } })
    return headers.etag
  })
  app.addHook('onRequest', async ({ headers }, reply) => {
    if (isOwn(headers)) return
    const refused = refusalOf(headers, key)
    if (refused === undefined) return
    const body = `<Error><Code>AccessDenied</Code><Message>${refused}</Message></Error>`
    return reply.code(403).header('content-type', 'application/xml').send(body)
  })
  app.addHook('preHandler', async (request, reply) => {
    if (isOwn(request.headers)) return
    const call = emulatorCall(request, partition)
    record(call)
    const fault = await onRequest?.(call)
    if (fault) return answerWith(fault, request, reply)
    const failed = await writes.begin(request)
    if (failed) return reply.code(failed.status).header('content-type', 'application/xml').send(failed.body)
    const { body } = request
    // Copies the body: a stored view keeps the whole network buffer alive, ten times the size of small objects.
    if (Buffer.isBuffer(body)) request.body = ownCopy(body)
    if (!hasTopic(body)) return
    body.TopicArn = body.TopicArn.replace(`:${account}:`, `:${ITS_ACCOUNT}:`)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (isOwn(request.headers)) return
    writes.end(request)
    const call = reply.statusCode === 404 ? callToMiss(emulatorCall(request, partition)) : undefined
    if (call) record(call)
    return typeof payload === 'string' ? unconfirmed(payload) : payload
  })
  // `startFauxqs` listens on all addresses of the machine.
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' })
  return { endpoint, close: () => app.close() }
}

/**
 * Subscriptions of emails and webhooks stay unconfirmed here. SNS lists them as `PendingConfirmation`, `fauxqs` by an ARN:
 * https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
function unconfirmed(xml: string): string {
  if (!xml.includes('<ListSubscriptionsByTopicResult>')) return xml
  const pending = (member: string) => member.replace(/(<SubscriptionArn>)[^<]*/, '$1PendingConfirmation')
  return xml
    .split(MEMBER_END)
    .map((member) => (isUnconfirmed(member) ? pending(member) : member))
    .join(MEMBER_END)
}

const MEMBER_END = '</member>'

function isUnconfirmed(member: string): boolean {
  return ['email', 'email-json', 'http', 'https'].some((protocol) =>
    member.includes(`<Protocol>${protocol}<`),
  )
}

/** Marks requests of the emulator to itself. */
const OWN = 'x-own-request'
type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

/** Request fields of Fastify. */
interface Raw {
  readonly raw: { readonly socket: { resetAndDestroy(): unknown } }
}
interface Reply {
  code(status: number): this
  headers(values: Readonly<Record<string, string>>): this
  hijack(): unknown
  send(body: string): unknown
}

function answerWith(fault: Fault, { raw }: Raw, reply: Reply): void {
  if (fault === 'reset') {
    reply.hijack()
    raw.socket.resetAndDestroy()
    return
  }
  const { status, headers = {}, body = '' } = fault
  reply.code(status).headers(headers).send(body)
}

/** Copies into a buffer of its own: `Buffer.from` puts small ones into a pool that any of them keeps alive. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

function hasTopic(body: unknown): body is { TopicArn: string } {
  return typeof body === 'object' && body !== null && 'TopicArn' in body && typeof body.TopicArn === 'string'
}
