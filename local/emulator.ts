/**
 * S3, SNS and SQS on a loopback address, by `fauxqs`. It knows a single account, 000000000000: a topic's ARN is
 * translated on its way in, so that the rest of the run can use the account of the template.
 */
import { buildApp } from 'fauxqs'
import { partitionOf } from '../mirror/list/partitions.ts'
import type { Call, Fault, OnRequest } from './aws/call.ts'
import { refusalOf } from './aws/caller.ts'
import { callToMiss, emulatorCall } from './aws/emulator-calls.ts'

export interface Emulator {
  readonly endpoint: string
  close(): Promise<void>
}

const ITS_ACCOUNT = '000000000000'

export interface EmulatorProps {
  readonly account: string
  readonly region: string
  /** What callers must have as their session token. @default - anyone may call */
  readonly key?: string
  /** Called with every call before it is answered. */
  readonly record?: (call: Call) => void
  /** Breaks the requests that it answers a fault to. @default - nothing is broken */
  readonly onRequest?: OnRequest | undefined
}

export async function startEmulator(props: EmulatorProps): Promise<Emulator> {
  const { account, region, key, record = () => {}, onRequest } = props
  const partition = partitionOf(region)
  const app = buildApp({ logger: false, defaultRegion: region })
  app.addHook('onRequest', async ({ headers }, reply) => {
    const refused = refusalOf(headers, key)
    if (refused === undefined) return
    const body = `<Error><Code>AccessDenied</Code><Message>${refused}</Message></Error>`
    return reply.code(403).header('content-type', 'application/xml').send(body)
  })
  app.addHook('preHandler', async (request, reply) => {
    const call = emulatorCall(request, partition)
    record(call)
    const fault = await onRequest?.(call)
    if (fault) return answerWith(fault, request, reply)
    const { body } = request
    // What is stored would keep all that came with it over the wire, which for small objects is ten times as much.
    if (Buffer.isBuffer(body)) request.body = ownCopy(body)
    if (!hasTopic(body)) return
    body.TopicArn = body.TopicArn.replace(`:${account}:`, `:${ITS_ACCOUNT}:`)
  })
  app.addHook('onSend', async (request, reply) => {
    const call = reply.statusCode === 404 ? callToMiss(emulatorCall(request, partition)) : undefined
    if (call) record(call)
  })
  // `startFauxqs` would listen on every address of the machine.
  const endpoint = await app.listen({ port: 0, host: '127.0.0.1' })
  return { endpoint, close: () => app.close() }
}

/** As Fastify has them. */
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

/** In memory of its own: `Buffer.from` puts small ones into a pool, of which one keeps all. */
function ownCopy(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}

function hasTopic(body: unknown): body is { TopicArn: string } {
  return typeof body === 'object' && body !== null && 'TopicArn' in body && typeof body.TopicArn === 'string'
}
