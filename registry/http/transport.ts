/**
 * HTTP/1.1 transport over pooled connections, with timeouts for each wait and the guard's checks, but without redirects,
 * retries and decompression. `node:http` measures faster than `fetch` and undici for large bodies, and has backpressure.
 */
import * as http from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import { onAbort } from '../model/aborting.ts'
import { RegistryError } from '../model/errors.ts'
import type { Environment } from '../model/settings.ts'
import type { AddressClass } from './address.ts'
import { type Authorities, type ClientCertificates, createAuthorities } from './authorities.ts'
import { readBody } from './body.ts'
import { bareHost, checkUrl, guardedLookup, type Network, systemNetwork, type Trust } from './guard.ts'
import { expectHead, MAX_HEAD_BYTES } from './heads/expect-head.ts'
import { readLarge } from './large-reads.ts'
import { ConnectionLost, lostConnection } from './lost.ts'
import { checkName, classOfName, readProxy, type WebProxy } from './proxy.ts'
import { type ByteStream, sendBody } from './send-body.ts'
import { keepSpares, type Spares } from './spares.ts'
import type { TrafficCounter } from './traffic.ts'

export interface Timeouts {
  /** From the start of a connection until it is ready, including TLS. @default 10 s */
  readonly connectMs: number
  /** From the end of a request to the start of its response. @default 60 s */
  readonly answerMs: number
  /** How long the peer may neither send nor accept bytes. @default 30 s */
  readonly stallMs: number
  /** The minimum rate in bytes per second, averaged over the stall time. @default 1,024 */
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
  /** Added to `answerMs`: a registry hashes a large blob before it responds. */
  readonly extraAnswerMs?: number | undefined
  readonly traffic: TrafficCounter
  /** True for a manifest GET, which Docker Hub counts. */
  readonly counted: boolean
  readonly signal?: AbortSignal | undefined
}

export interface WireResponse {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly url: URL
  /** The class of the server's address. */
  readonly address: AddressClass
  /** Must be read or abandoned, so that the connection is reused or closed. */
  readonly body: AsyncIterableIterator<Uint8Array>
}

export interface Transport {
  send(request: WireRequest): Promise<WireResponse>
  close(): void
}

export interface TransportOptions {
  readonly timeouts?: Partial<Timeouts>
  readonly network?: Network
  /** Variables for the proxy and the authorities. @default - process.env */
  readonly environment?: Environment
  /** Sent to their own hosts only. @default - none */
  readonly clientCertificates?: ClientCertificates
  /** Connections to open with the first request to each host that the operator configured. @default 0 */
  readonly spareConnections?: number
}

export function createTransport(options: TransportOptions = {}): Transport {
  const timeouts = { ...TIMEOUTS, ...options.timeouts }
  const network = options.network ?? systemNetwork
  const environment = options.environment ?? process.env
  const proxy = readProxy(environment)
  const authoritiesOf = createAuthorities(environment, options.clientCertificates)
  const { spareConnections = 0 } = options
  const pools = new Map<string, Pool>()

  // Connections that were opened with the operator's trust must not serve hosts that a server names, so each trust has
  // its own pool. So does each host with its own authorities.
  function poolFor(url: URL, trust: Trust): Pool {
    const plain = url.protocol === 'http:'
    const through = proxy?.isFor(url) ? proxy : undefined
    const authorities = authoritiesOf(url, trust)
    const key = `${plain} ${trust} ${through !== undefined} ${authorities?.id ?? ''}`
    const pool = pools.get(key) ?? newPool(plain, through, guardedLookup(plain, trust, network), authorities)
    pools.set(key, pool)
    return pool
  }

  return {
    async send(request) {
      checkUrl(request.url, request.trust, network)
      request.signal?.throwIfAborted()
      const pool = poolFor(request.url, request.trust)
      if (pool.isProxied) checkName(request.url, request.trust)
      request.traffic.request(request.counted)
      // Deferred, so that pending requests are sent first.
      if (request.trust === 'operator') setImmediate(() => pool.spares?.open(request.url, spareConnections))
      return exchange(request, pool, timeouts, network)
    },
    close() {
      for (const { agent, spares } of pools.values()) {
        spares?.close()
        agent.destroy()
      }
      pools.clear()
    },
  }
}

interface Pool {
  readonly agent: http.Agent
  readonly isProxied: boolean
  /** Undefined if each connection is a tunnel through a proxy. */
  readonly spares?: Spares
}

function newPool(
  plain: boolean,
  proxy: WebProxy | undefined,
  lookup: http.AgentOptions['lookup'],
  authorities: Authorities | undefined,
): Pool {
  const common = {
    ...(authorities && { secureContext: authorities.secureContext }),
    keepAlive: true,
    noDelay: true,
    maxFreeSockets: 64,
    // The connection that is idle for longest finished its blob first, so it has the largest TCP window.
    scheduling: 'fifo' as const,
    // Node's default of 250 ms per address is less than a round trip to some regions.
    autoSelectFamilyAttemptTimeout: 2_000,
  }
  // No guard for the proxy's own address: the operator configures it.
  if (proxy !== undefined)
    return { agent: new https.Agent({ ...common, ...proxy.agentOptions }), isProxied: true }
  // An empty proxyEnv keeps Node from reading the proxy variables itself: https://github.com/nodejs/node/pull/64528
  const options = { ...common, lookup, ...readLarge(), proxyEnv: {} }
  const agent = plain ? new http.Agent(options) : new https.Agent(options)
  return { agent, isProxied: false, spares: keepSpares(agent, options) }
}

function exchange(
  request: WireRequest,
  { agent, isProxied }: Pool,
  timeouts: Timeouts,
  network: Network,
): Promise<WireResponse> {
  const { url, method, headers, signal } = request
  const plain = url.protocol === 'http:'
  return new Promise((resolve, reject) => {
    const tunnel = isProxied ? { timeout: timeouts.connectMs } : {}
    // Options instead of the URL, from which Node would create and copy more options.
    const outgoing = (plain ? http : https).request({
      host: bareHost(url),
      port: url.port,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { ...headers },
      agent,
      // heads/ enforces the actual limit; repairs may lengthen a head.
      maxHeaderSize: 2 * MAX_HEAD_BYTES,
      ...tunnel,
    })
    let incoming: http.IncomingMessage | undefined
    const end = (error: Error): void => {
      const message = incoming ?? outgoing
      message.destroy(error)
      // A request without a tunnel yet emits no error when it is destroyed.
      if (isProxied) reject(explain(error))
    }
    const deadline = deadlineOf(outgoing, end)
    const explain = (error: Error): unknown => {
      if (signal?.aborted) return signal.reason
      if (error instanceof RegistryError) return error
      return lostConnection(request, error, outgoing.reusedSocket && incoming === undefined)
    }
    if (isProxied) deadline.set(timeouts.connectMs, 'no connection')
    const forget = signal && onAbort(signal, () => end(new Error('aborted')))
    outgoing.once('close', () => {
      deadline.clear()
      forget?.()
    })
    outgoing.once('socket', (socket) => {
      expectHead(socket)
      if (isReady(socket)) return deadline.clear()
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
        address: isProxied
          ? classOfName(url, network)
          : network.classify(response.socket.remoteAddress ?? bareHost(url)),
        body: bodyOf(response, outgoing, request, timeouts, explain),
      })
    })
    sendBody(outgoing, request, timeouts, () => {
      if (incoming === undefined) {
        deadline.set(timeouts.answerMs + (request.extraAnswerMs ?? 0), 'no response')
      }
    })
  })
}

/** Whether a connection has completed its TCP and TLS handshakes. */
function isReady(socket: Socket & { readonly secureConnecting?: boolean }): boolean {
  return !socket.connecting && socket.secureConnecting !== true
}

interface Deadline {
  /** Replaces the current deadline. */
  set(ms: number, what: string): void
  clear(): void
}

function deadlineOf(outgoing: http.ClientRequest, end: (error: Error) => void): Deadline {
  let timer: NodeJS.Timeout | undefined
  const clear = (): void => clearTimeout(timer)
  return {
    clear,
    set(ms, what) {
      clear()
      // The sent callback also runs for broken requests, and their timer would keep the process alive.
      if (outgoing.destroyed) return
      timer = setTimeout(() => end(new ConnectionLost(`${what} within ${ms / 1000} s`, 'ETIMEDOUT')), ms)
    },
  }
}

/** The body, with its bytes counted and its errors converted. */
function bodyOf(
  response: http.IncomingMessage,
  outgoing: http.ClientRequest,
  { traffic }: WireRequest,
  timeouts: Timeouts,
  explain: (error: Error) => unknown,
): AsyncIterableIterator<Uint8Array> {
  const stalled = (): Error =>
    new ConnectionLost(`no bytes arrived for ${timeouts.stallMs / 1000} s`, 'ETIMEDOUT')
  return readBody(response, timeouts, {
    stalled,
    explain,
    received: traffic.received,
    left() {
      // The response arrived before the request was sent completely; the rest is not needed.
      if (!outgoing.writableFinished) outgoing.destroy()
    },
  })
}
