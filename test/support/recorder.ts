// Writes down every request that reaches a server, before anything else is done with it.
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http'

export interface Seen {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The client's port: the same for requests over one connection. */
  readonly port: number | undefined
  /** Bytes of the body that were read. */
  received(): number
  /** Of the answer; undefined while there is none. */
  status(): number | undefined
}

export interface Recorder {
  readonly seen: readonly Seen[]
  /** Those whose `METHOD path` the pattern finds. */
  matching(pattern: RegExp): Seen[]
  readonly listener: RequestListener
}

export function record(handler: RequestListener): Recorder {
  const seen: Seen[] = []
  return {
    seen,
    matching: (pattern) => seen.filter((request) => pattern.test(lineOf(request))),
    listener: (request, response) => {
      let received = 0
      const count = request.push.bind(request)
      // Counted where the parser hands them over, so that reading is left to the handler.
      request.push = (chunk: Buffer | null, encoding?: BufferEncoding) => {
        received += chunk?.length ?? 0
        return count(chunk, encoding)
      }
      const { method = '', url = '', headers } = request
      const port = request.socket.remotePort
      const status = (): number | undefined => (response.headersSent ? response.statusCode : undefined)
      seen.push({ method, path: url, headers, port, received: () => received, status })
      return handler(request, response)
    },
  }
}

export function lineOf({ method, path }: Pick<Seen, 'method' | 'path'>): string {
  return `${method} ${path}`
}

export function lineOfMessage({ method = '', url = '' }: IncomingMessage): string {
  return `${method} ${url}`
}
