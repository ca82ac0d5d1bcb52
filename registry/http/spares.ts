/**
 * Connections that are opened before requests need them. A burst of requests would wait for TCP and TLS handshakes;
 * opened with the first request to a host, they cost no time.
 */
import type { Agent, AgentOptions } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { bareHost } from './guard.ts'

export interface Spares {
  /**
   * Opens `count` connections to a host, the first time only. Errors are ignored here: the request that needs a
   * connection reports them.
   */
  open(url: URL, count: number): void
  /** Closes the unused connections. */
  close(): void
}

/** Spares that are not used soon are closed, since servers close idle connections at any time. */
const IDLE_MS = 5_000

type Connect = Agent['createConnection']

/**
 * Makes the agent use a spare connection, if there is one, before it opens another.
 * @param options - the agent's own options
 * @param idleMs - how long a spare may wait for its request
 */
export function keepSpares(agent: Agent, options: AgentOptions, idleMs: number = IDLE_MS): Spares {
  const waiting = new Map<string, Set<Socket>>()
  const connect: Connect = agent.createConnection.bind(agent)
  let isClosed = false

  function take(host: string): Socket | undefined {
    for (const spare of waiting.get(host) ?? []) {
      waiting.get(host)?.delete(spare)
      if (spare.destroyed) continue
      spare.removeAllListeners('timeout').setTimeout(0)
      return spare.ref()
    }
    return undefined
  }

  function add({ hostname, port, secure }: Host, set: Set<Socket>): void {
    const servername = secure && isIP(hostname) === 0 ? { servername: hostname } : {}
    const spare = connect({ ...options, host: hostname, port, ...servername }) as Socket
    set.add(spare)
    spare
      .on('error', () => {})
      .once('close', () => set.delete(spare))
      .setTimeout(idleMs, () => spare.destroy())
      // Without reading, a close by the server would go unnoticed.
      .resume()
      .unref()
  }

  agent.createConnection = (wanted, callback) =>
    take(`${wanted.host}:${wanted.port}`) ?? connect(wanted, callback)

  return {
    open(url, count) {
      const host = hostOf(url)
      const key = `${host.hostname}:${host.port}`
      if (isClosed || waiting.has(key)) return
      const set = new Set<Socket>()
      waiting.set(key, set)
      for (let made = 0; made < count; made++) add(host, set)
    },
    close() {
      isClosed = true
      for (const set of waiting.values()) for (const spare of set) spare.destroy()
      waiting.clear()
    },
  }
}

interface Host {
  readonly hostname: string
  readonly port: number
  readonly secure: boolean
}

function hostOf(url: URL): Host {
  const secure = url.protocol === 'https:'
  const usual = secure ? 443 : 80
  return { hostname: bareHost(url), port: url.port === '' ? usual : Number(url.port), secure }
}
