/**
 * Calls to the embedded AWS as CloudTrail would tell of them: every one is recorded, and may be answered with a
 * fault before it reaches the service.
 */
import { createWriteStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface Call {
  /** ISO 8601 */
  readonly at: string
  readonly service: string
  /** The name in IAM, without the service: `PutImage`. Undefined where IAM has none, as for a registry's `/v2/`. */
  readonly action: string | undefined
  readonly region: string
  /** Names the role in the local run. Undefined: nobody, or nobody known. */
  readonly accessKeyId: string | undefined
  /** ARN, or `*`. */
  readonly resource: string
  /** `api`, or `registry` where it came over the registry protocol. */
  readonly by: 'api' | 'registry'
}

/** What a request gets instead of an answer: another one, or a broken connection. */
export type Fault =
  | 'reset'
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }

/** May wait before it answers, for a service that is slow. */
export type OnRequest = (call: Call) => Fault | undefined | Promise<Fault | undefined>

/** AWS's throttling, in the words of the protocol that the call came by. */
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
 * Writes calls as lines of JSON into a file that other processes can read; it is begun anew.
 * @param keep - keeps them in memory too: a long list makes hundreds of thousands
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
