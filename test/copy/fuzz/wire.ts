// An HTTP server over raw sockets: reads complete requests, and writes responses byte by byte.
import { type AddressInfo, createServer, type Socket } from 'node:net'

export interface Question {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Names are in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A request, and the connection for its response. */
export interface Exchange {
  readonly question: Question
  readonly socket: Socket
}

export interface Wire extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly address: string
  readonly origin: string
}

export const EMPTY = Buffer.alloc(0)

/** @param talk - responds to one request. The next request of the connection waits for it */
export async function startWire(talk: (exchange: Exchange) => void): Promise<Wire> {
  const open = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket)).on('error', () => {})
    let bytes = EMPTY
    socket.on('data', (data) => {
      bytes = Buffer.concat([bytes, data])
      for (let taken = takeQuestion(bytes); taken !== undefined; taken = takeQuestion(bytes)) {
        bytes = bytes.subarray(taken.length)
        talk({ question: taken.question, socket })
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    address: `127.0.0.1:${port}`,
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The first request and its length; undefined if it is incomplete. */
function takeQuestion(bytes: Buffer): { readonly question: Question; readonly length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [start = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const headers = Object.fromEntries(lines.map(headerOf))
  const length = end + 4 + Number(headers['content-length'] ?? 0)
  if (bytes.length < length) return undefined
  const [method = '', target = ''] = start.split(' ')
  const { pathname, searchParams } = new URL(target, 'http://fuzz')
  const body = Buffer.from(bytes.subarray(end + 4, length))
  return {
    question: { method, path: decodeURIComponent(pathname), query: searchParams, headers, body },
    length,
  }
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

export function answerOf(
  status: number,
  body: Buffer | string = EMPTY,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const bytes = Buffer.from(body)
  return { status, headers: { 'content-length': `${bytes.length}`, ...headers }, body: bytes }
}

export function send({ question, socket }: Exchange, answer: Answer): void {
  write(socket, headOf(answer))
  if (question.method !== 'HEAD' && answer.status !== 204) write(socket, answer.body)
}

export function headOf({ status, headers }: Answer): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} Fuzzed`, ...lines, '', ''].join('\r\n')
}

/** The client may have disconnected. */
export function write(socket: Socket, bytes: Buffer | string): void {
  if (socket.writable && bytes.length > 0)
    socket.write(bytes, typeof bytes === 'string' ? 'latin1' : undefined)
}
