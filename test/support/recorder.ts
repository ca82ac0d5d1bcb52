// Records each request that reaches a server, before it is handled.
import type { IncomingHttpHeaders, IncomingMessage, RequestListener } from 'node:http'

export interface Seen {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The client's port, which identifies the connection. */
  readonly port: number | undefined
  /** The number of bytes read from the body. */
  received(): number
  /** The response's status; undefined until it is sent. */
  status(): number | undefined
}

export interface Recorder {
  readonly seen: readonly Seen[]
  /** The requests whose `METHOD path` matches the pattern. */
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
      // Counts bytes as the parser delivers them, so that only the handler reads the stream.
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
