/** Records every call to the embedded AWS as CloudTrail does, and injects faults before the service answers. */
import { createWriteStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Call {
  /** ISO 8601 */
  readonly at: string
  readonly service: string
  /** The action in IAM without the service: `PutImage`. Undefined if IAM has none, as for a registry's `/v2/`. */
  readonly action: string | undefined
  readonly region: string
  /** Names the role in the local run. Undefined for anonymous or unknown callers. */
  readonly accessKeyId: string | undefined
  /** ARN, or `*`. */
  readonly resource: string
  /** `api`, or `registry` for a call over the registry protocol. */
  readonly by: 'api' | 'registry'
  /** The service that made the call on behalf of the caller. @default - the caller itself */
  readonly via?: string
}

/** A fault instead of the answer: another response, or a broken connection. */
export type Fault =
  | 'reset'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

/** Called with each request; it may delay its result to simulate a slow service. */
export type OnRequest = (call: Call) => Fault | undefined | Promise<Fault | undefined>

/** AWS's throttling error, in the protocol of the call. */
export function throttled({ by }: Call): Fault {
  const body =
    by === 'api'
      ? { __type: 'ThrottlingException', message: 'Rate exceeded' }
      : { errors: [{ code: 'TOOMANYREQUESTS', message: 'Rate exceeded' }] }
  return {
    status: by === 'api' ? 400 : 429,
    headers: { 'content-type': by === 'api' ? 'application/x-amz-json-1.1' : 'application/json' },
    body: JSON.stringify(body),
  }
}

export function answerFault(fault: Fault, request: IncomingMessage, response: ServerResponse): void {
  if (fault === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  const body = Buffer.from(fault.body ?? '')
  response.writeHead(fault.status, { ...fault.headers, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

export interface CallLog {
  readonly calls: readonly Call[]
  record(call: Call): void
  close(): Promise<void>
}

/**
 * Writes calls as JSON lines into a file for other processes. Overwrites an existing file.
 * @param keep - also keeps them in memory; a long list makes hundreds of thousands
 */
export function openCallLog(file: string, keep = true): CallLog {
  const calls: Call[] = []
  const stream = createWriteStream(file)
  return {
    calls,
    record(call) {
      if (keep) calls.push(call)
      stream.write(`${JSON.stringify(call)}\n`)
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  }
}
