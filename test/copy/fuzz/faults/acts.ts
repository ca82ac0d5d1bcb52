// Responses that a server may send instead of the honest one, down to single bytes.
import { type Answer, answerOf, EMPTY, type Exchange, headOf, send, write } from '../wire.ts'

/** @param honest - sends the honest response */
export type Act = (exchange: Exchange, honest: () => Answer) => void

const DRIP_MS = 50
const FLOOD_MS = 5
const PAGE = '<!doctype html><title>Sign in</title><p>Sign in to the network'
const ERROR_TYPE = { 'content-type': 'application/json' }

/** Sends another, well-formed response. */
export function change(make: (honest: () => Answer) => Answer): Act {
  return (exchange, honest) => send(exchange, make(honest))
}

export function refuse(
  status: number,
  code = 'REFUSED',
  headers: Readonly<Record<string, string>> = {},
): Act {
  const body = JSON.stringify({ errors: [{ code, message: 'it is refused' }] })
  return change(() => answerOf(status, body, { ...ERROR_TYPE, ...headers }))
}

export function bare(status: number): Act {
  return change(() => answerOf(status))
}

export function withHeaders(headers: Readonly<Record<string, string | undefined>>): Act {
  return change((honest) => {
    const answer = honest()
    return { ...answer, headers: merged(answer.headers, headers) }
  })
}

function merged(
  before: Answer['headers'],
  changes: Readonly<Record<string, string | undefined>>,
): Answer['headers'] {
  const all = Object.entries({ ...before, ...changes })
  return Object.fromEntries(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

export function withBody(make: (body: Buffer) => Buffer): Act {
  return change((honest) => {
    const { status, headers, body } = honest()
    const bytes = make(body)
    return { status, headers: { ...headers, 'content-length': `${bytes.length}` }, body: bytes }
  })
}

export const cut = (share: number): Act =>
  withBody((body) => body.subarray(0, Math.floor(body.length * share)))
export const append: Act = withBody((body) => Buffer.concat([body, Buffer.from('more')]))
export const flip = (share: number): Act =>
  withBody((body) => {
    const bytes = Buffer.from(body)
    const at = Math.min(Math.floor(bytes.length * share), bytes.length - 1)
    if (at >= 0) bytes[at] = (bytes[at] ?? 0) ^ 1
    return bytes
  })
export const webPage: Act = change(() => answerOf(200, PAGE, { 'content-type': 'text/html' }))
export const brokenJson: Act = withBody((body) => body.subarray(0, Math.ceil(body.length / 2)))
export const nonsense = (bytes: Buffer): Act => withBody(() => bytes)

export const reset: Act = ({ socket }) => socket.resetAndDestroy()
export const close: Act = ({ socket }) => socket.destroy()
/** Acts that last until the client's stall limit, in real time. */
const STALLING = new WeakSet<Act>()
const stalling = (act: Act): Act => {
  STALLING.add(act)
  return act
}
export const stalls = (act: Act): boolean => STALLING.has(act)

export const hang = stalling(() => {})
/** Bytes that are not HTTP. */
export const noise =
  (bytes: Buffer): Act =>
  ({ socket }) => {
    socket.end(bytes)
  }

/** A complete head, part of the body, and then an end or a stall. */
export function breakOff(share: number, end: 'reset' | 'close' | 'hang'): Act {
  const act: Act = ({ socket }, honest) => {
    const answer = honest()
    write(socket, headOf(answer))
    write(socket, answer.body.subarray(0, Math.floor(answer.body.length * share)))
    if (end === 'close') socket.end()
    if (end === 'reset') socket.resetAndDestroy()
  }
  return end === 'hang' ? stalling(act) : act
}

export const drip = stalling(({ socket }, honest) => {
  const answer = honest()
  const bytes = Buffer.concat([Buffer.from(headOf(answer)), answer.body])
  repeat(socket, DRIP_MS, (turn) => bytes.subarray(turn, turn + 1))
})

export const flood = stalling(({ socket }) =>
  repeat(socket, FLOOD_MS, () => 'HTTP/1.1 102 Processing\r\n\r\n'),
)

export const interim =
  (times: number): Act =>
  (exchange, honest) => {
    write(exchange.socket, 'HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n'.repeat(times))
    send(exchange, honest())
  }

function repeat(socket: Exchange['socket'], ms: number, next: (turn: number) => Buffer | string): void {
  let turn = 0
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer)
    else write(socket, next(turn++))
  }, ms)
  socket.once('close', () => clearInterval(timer))
}

/** The honest body with another head, after which the connection closes. */
function headed(rewrite: (head: string) => string, body = (answer: Answer) => answer.body): Act {
  return ({ socket, question }, honest) => {
    const answer = honest()
    write(socket, rewrite(headOf(answer)))
    if (question.method !== 'HEAD') write(socket, body(answer))
    socket.end()
  }
}

const oneChunk = ({ body }: Answer): Buffer =>
  Buffer.concat([
    body.length === 0 ? EMPTY : Buffer.from(`${body.length.toString(16)}\r\n`),
    body,
    Buffer.from(body.length === 0 ? '0\r\n\r\n' : '\r\n0\r\n\r\n'),
  ])
const extra = (line: string): Act => headed((head) => head.replace(/\r\n\r\n$/, `\r\n${line}\r\n\r\n`))

/** Unusual but unambiguous heads, as registries and proxies send them. */
export const ODD_HEADS: readonly [Act, ...Act[]] = [
  headed((head) => head.replaceAll('\r\n', '\n')),
  headed((head) => head.replace(/(content-length: \d+)/, '$1\r\n$1')),
  headed((head) => head.replace(/(content-length: \d+)/, '$1\r\ntransfer-encoding: chunked'), oneChunk),
  extra('x-folded: one\r\n two'),
  extra(`x-large: ${'x'.repeat(20_000)}`),
  extra(Array.from({ length: 200 }, (_, index) => `x-${index}: ${index}`).join('\r\n')),
  extra('content-encoding: identity'),
  extra('Connection: close'),
]

/** Contradictory or meaningless heads. */
export const WRONG_HEADS: readonly [Act, ...Act[]] = [
  headed((head) => head.replace(/(content-length: \d+)/, '$1\r\n$10')),
  headed((head) => head.replace(/content-length: \d+/, 'content-length: many')),
  extra(`x-large: ${'x'.repeat(70_000)}`),
  headed((head) => head.replace('HTTP/1.1 ', 'HTTQ/9 ')),
]

export const redirect = (location: string, status = 307): Act =>
  change(() => answerOf(status, EMPTY, { location }))
export const challenge = (realm: string): Act =>
  refuse(401, 'UNAUTHORIZED', { 'www-authenticate': `Bearer realm="${realm}",service="fuzz"` })
