// Faults for requests. Each action replaces the handler, or lets it respond and corrupts the response.
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http'

export type Action = (request: IncomingMessage, response: ServerResponse, handler: RequestListener) => void

/** Responds at once, without reading the request's body. */
export function answer(status: number, headers: OutgoingHttpHeaders = {}, body = ''): Action {
  return (request, response) => {
    response.writeHead(status, headers)
    response.end(request.method === 'HEAD' ? undefined : body)
  }
}

/** Delays the response of the handler or of `action`, as over a long distance. */
export function late(ms: number, action?: Action): Action {
  return (request, response, handler) => {
    setTimeout(() => (action ?? handler)(request, response, handler), ms)
  }
}

/** Responds with an error of the registry protocol. */
export function refuse(
  status: number,
  code: string,
  message: string,
  headers: OutgoingHttpHeaders = {},
): Action {
  const body = JSON.stringify({ errors: [{ code, message }] })
  return answer(status, { 'content-type': 'application/json', ...headers }, body)
}

/** Reads the request's whole body before the action. */
export function afterReading(action: Action): Action {
  return (request, response, handler) => {
    request.resume()
    request.once('end', () => action(request, response, handler))
  }
}

/** Runs the action after this many bytes of the request's body, and stops reading. */
export function afterBytes(bytes: number, action: Action): Action {
  return (request, response, handler) => {
    let received = 0
    const count = (chunk: Buffer): void => {
      received += chunk.length
      if (received < bytes) return
      request.off('data', count)
      request.pause()
      action(request, response, handler)
    }
    request.on('data', count)
  }
}

/** Resets the connection without a response. */
export const reset: Action = (request) => void request.socket.resetAndDestroy()

/** Never responds. */
export const hang: Action = () => {}

/** Lets the handler process the request, and resets the connection instead of responding. */
export const loseAnswer: Action = (request, response, handler) => {
  const { socket } = request
  response.writeHead = () => response
  response.write = () => true
  response.end = () => {
    socket.resetAndDestroy()
    return response
  }
  handler(request, response)
}

/** Lets the handler respond, and resets the connection after this many bytes of the body. */
export function resetAfter(bytes: number): Action {
  return spoil((chunk, { sent, response }) => {
    if (sent + chunk.length < bytes) return chunk
    response.socket?.once('drain', () => response.socket?.resetAndDestroy())
    setImmediate(() => response.socket?.resetAndDestroy())
    return chunk.subarray(0, bytes - sent)
  })
}

/** Lets the handler respond, and closes the connection cleanly after this many bytes of the body. */
export function closeAfter(bytes: number): Action {
  return spoil((chunk, { sent, response }) => {
    if (sent >= bytes) return undefined
    if (sent + chunk.length < bytes) return chunk
    setImmediate(() => response.socket?.end())
    return chunk.subarray(0, bytes - sent)
  })
}

/** Sends this many bytes of the body, then stalls with the connection open. */
export function stallAfter(bytes: number): Action {
  return spoil((chunk, { sent }) => (sent >= bytes ? undefined : chunk.subarray(0, bytes - sent)), {
    ends: false,
  })
}

/** Flips one bit of the body's byte at `offset`. */
export function flip(offset: number): Action {
  return spoil((chunk, { sent }) => {
    const at = offset - sent
    if (at < 0 || at >= chunk.length) return chunk
    const copy = Buffer.from(chunk)
    copy[at] = (copy[at] ?? 0) ^ 1
    return copy
  })
}

/** Truncates the body to this many bytes, with a matching Content-Length. */
export function cut(bytes: number): Action {
  const shorten = spoil((chunk, { sent }) => (sent >= bytes ? undefined : chunk.subarray(0, bytes - sent)))
  return (request, response, handler) => {
    const whole = (): number => Number(response.getHeader('content-length') ?? bytes)
    withHeaders(response, () => ({ 'content-length': Math.min(bytes, whole()) }))
    shorten(request, response, handler)
  }
}

/** Sends additional bytes. */
export function append(extra: Buffer): Action {
  return (request, response, handler) => {
    const length = (): number => Number(response.getHeader('content-length') ?? 0) + extra.length
    const end = response.end.bind(response)
    withHeaders(response, () => ({ 'content-length': length() }))
    response.end = (chunk?: unknown) => {
      if (chunk instanceof Uint8Array || typeof chunk === 'string') response.write(chunk)
      return end(extra)
    }
    handler(request, response)
  }
}

/** Lets the handler respond with other headers; undefined removes one. */
export function headers(changes: Readonly<Record<string, string | undefined>>): Action {
  return (request, response, handler) => {
    withHeaders(response, () => changes)
    handler(request, response)
  }
}

/** Hides the Range header from the handler. */
export const ignoreRange: Action = (request, response, handler) => {
  delete request.headers.range
  handler(request, response)
}

interface Progress {
  /** The number of bytes of the body that have been sent. */
  readonly sent: number
  readonly response: ServerResponse
}

/** Passes each chunk of the response through `change`; undefined drops it. */
function spoil(
  change: (chunk: Buffer, progress: Progress) => Buffer | undefined,
  options: { readonly ends?: boolean } = {},
): Action {
  return (request, response, handler) => {
    let sent = 0
    const write = response.write.bind(response)
    const end = response.end.bind(response)
    const pass = (chunk: unknown): boolean => {
      if (!(chunk instanceof Uint8Array) && typeof chunk !== 'string') return true
      const changed = change(Buffer.from(chunk), { sent, response })
      sent += changed?.length ?? 0
      return changed === undefined || changed.length === 0 ? true : write(changed)
    }
    response.write = pass as typeof response.write
    response.end = ((chunk?: unknown) => {
      pass(chunk)
      return options.ends === false ? response : end()
    }) as typeof response.end
    handler(request, response)
  }
}

function withHeaders(response: ServerResponse, changes: () => OutgoingHttpHeaders): void {
  const writeHead = response.writeHead.bind(response)
  response.writeHead = ((status: number, given: OutgoingHttpHeaders = {}) => {
    for (const [name, value] of Object.entries(given))
      if (value !== undefined) response.setHeader(name, value)
    for (const [name, value] of Object.entries(changes())) {
      if (value === undefined) response.removeHeader(name)
      else response.setHeader(name, value)
    }
    return writeHead(status)
  }) as typeof response.writeHead
}
