/**
 * One HTTP/1.1 exchange over pooled connections. No policy but safety: no redirects, no retries, no decompression,
 * every wait bounded, and no connection to where the guard forbids it. `node:http` measures faster than `fetch` and
 * undici for large bodies, and it pushes back: a slow reader slows the sender instead of filling memory.
 */
import type * as Http from 'node:http'
import type { Socket } from 'node:net'
import type { AddressClass } from './address.ts'
import { readBody } from './body.ts'
import { RegistryError } from './errors.ts'
import { bareHost, checkUrl, guardedLookup, type Network, systemNetwork, type Trust } from './guard.ts'
import { Lost, lostConnection } from './lost.ts'
import { type ByteStream, sendBody } from './send-body.ts'
import { keepSpares, type Spares } from './spares.ts'
import type { TrafficCounter } from './traffic.ts'

// Not imported: as an ES module, node:http evaluates its WebSocket as well, and with that loads all of undici. This is
// half of the time that a small program takes to start.
const http = process.getBuiltinModule('node:http')
const https = process.getBuiltinModule('node:https')

export interface Timeouts {
  /** From the start of a connection until it can be used, TLS included. @default 10 s */
  readonly connectMs: number
  /** From the end of a request to the start of its answer. @default 60 s */
  readonly answerMs: number
  /** How long the other side may neither send nor take bytes. @default 30 s */
  readonly stallMs: number
  /** The least rate in bytes a second, averaged over the stall time. @default 1,024 */
  readonly leastRate: number
}

export const TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  answerMs: 60_000,
  stallMs: 30_000,
  leastRate: 1024,
}

export interface WireRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | ByteStream | undefined
  readonly trust: Trust
  /** On top of the usual time for an answer: a registry hashes a large blob before it answers. */
  readonly extraAnswerMs?: number | undefined
  readonly traffic: TrafficCounter
  /** True for a manifest GET, which Docker Hub counts. */
  readonly counted: boolean
  readonly signal?: AbortSignal | undefined
}

export interface WireResponse {
  readonly status: number
  readonly headers: Http.IncomingHttpHeaders
  readonly url: URL
  /** The class of the address that answered. */
  readonly address: AddressClass
  /** Must be read, or left early, for the connection to be used again, or closed. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

export interface Transport {
  send(request: WireRequest): Promise<WireResponse>
  /** Sees to it that there are that many connections to a host of the operator's, before there are requests for them. */
  warm(url: URL, connections: number): void
  close(): void
}

export interface TransportOptions {
  readonly timeouts?: Partial<Timeouts>
  readonly network?: Network
}

export function createTransport(options: TransportOptions = {}): Transport {
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const network = options.network ?? systemNetwork
  const pools = new Map<string, Pool>()

  // A pool for each trust: a connection that the operator's word opened must not serve a server's wish.
  function poolFor({ protocol }: URL, trust: Trust): Pool {
    const plain = protocol === 'http:'
    const key = `${plain} ${trust}`
    const pool = pools.get(key) ?? newPool(plain, guardedLookup(plain, trust, network))
    pools.set(key, pool)
    return pool
  }

  return {
    async send(request) {
      checkUrl(request.url, request.trust, network)
      request.signal?.throwIfAborted()
      const { agent } = poolFor(request.url, request.trust)
      request.traffic.request(request.counted)
      return exchange(request, agent, timeouts, network)
    },
    warm(url, connections) {
      checkUrl(url, 'operator', network)
      poolFor(url, 'operator').spares.open(url, connections)
    },
    close() {
      for (const { agent, spares } of pools.values()) {
        spares.close()
        agent.destroy()
      }
      pools.clear()
    },
  }
}

interface Pool {
  readonly agent: Http.Agent
  readonly spares: Spares
}

function newPool(plain: boolean, lookup: Http.AgentOptions['lookup']): Pool {
  const options = {
    keepAlive: true,
    noDelay: true,
    maxFreeSockets: 64,
    lookup,
    // Node gives each address 250 ms by default, less than a round trip to some regions.
    autoSelectFamilyAttemptTimeout: 2_000,
  }
  const agent = plain ? new http.Agent(options) : new https.Agent(options)
  return { agent, spares: keepSpares(agent, options) }
}

function exchange(
  request: WireRequest,
  agent: Http.Agent,
  timeouts: Timeouts,
  network: Network,
): Promise<WireResponse> {
  const { url, method, headers, signal } = request
  const plain = url.protocol === 'http:'
  return new Promise((resolve, reject) => {
    const outgoing = (plain ? http : https).request(url, { method, headers: { ...headers }, agent })
    let incoming: Http.IncomingMessage | undefined
    const deadline = deadlineOf(outgoing)
    const abort = (): unknown => (incoming ?? outgoing).destroy(new Error('aborted'))
    const explain = (error: Error): unknown => {
      if (signal?.aborted) return signal.reason
      if (error instanceof RegistryError) return error
      return lostConnection(request, error, outgoing.reusedSocket && incoming === undefined)
    }
    signal?.addEventListener('abort', abort, { once: true })
    outgoing.once('close', () => {
      deadline.clear()
      signal?.removeEventListener('abort', abort)
    })
    outgoing.once('socket', (socket) => {
      if (isReady(socket)) return
      deadline.set(timeouts.connectMs, 'no connection')
      socket.once(plain ? 'connect' : 'secureConnect', deadline.clear)
    })
    outgoing.on('error', (error) => reject(explain(error)))
    outgoing.once('response', (response) => {
      incoming = response
      deadline.clear()
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        url,
        address: network.classify(response.socket.remoteAddress ?? bareHost(url)),
        body: bodyOf(response, outgoing, request, timeouts, explain),
      })
    })
    sendBody(outgoing, request, timeouts, () => {
      if (incoming === undefined) {
        deadline.set(timeouts.answerMs + (request.extraAnswerMs ?? 0), 'no answer came')
      }
    })
  })
}

/** A spare connection may be between TCP's handshake and TLS's. */
function isReady(socket: Socket & { readonly secureConnecting?: boolean }): boolean {
  return !socket.connecting && socket.secureConnecting !== true
}

interface Deadline {
  /** Replaces the one before. */
  set(ms: number, what: string): void
  clear(): void
}

function deadlineOf(outgoing: Http.ClientRequest): Deadline {
  let timer: NodeJS.Timeout | undefined
  const clear = (): void => clearTimeout(timer)
  return {
    clear,
    set(ms, what) {
      clear()
      // That all was sent is told of a broken request as well: a timer of it would keep the program from ending.
      if (outgoing.destroyed) return
      timer = setTimeout(() => outgoing.destroy(new Lost(`${what} within ${ms / 1000} s`, 'ETIMEDOUT')), ms)
    },
  }
}

/** The body with its bytes counted and its failures explained. */
function bodyOf(
  response: Http.IncomingMessage,
  outgoing: Http.ClientRequest,
  { traffic }: WireRequest,
  timeouts: Timeouts,
  explain: (error: Error) => unknown,
): AsyncIterableIterator<Uint8Array> {
  const stalled = (): Error => new Lost(`nothing came for ${timeouts.stallMs / 1000} s`, 'ETIMEDOUT')
  return readBody(response, timeouts, {
    stalled,
    explain,
    received: traffic.received,
    left() {
      // An answer that came before the request was sent in full: the rest of it will never be wanted.
      if (!outgoing.writableFinished) outgoing.destroy()
    },
  })
}
