/**
 * Connections that are made before there are requests for them. Over a long way, and with TLS even more so, they are
 * what a burst of requests waits for; opened while the answer before the burst is on its way, they cost no time.
 */
import type { Agent, AgentOptions } from 'node:http'
import { isIP, type Socket } from 'node:net'
import { bareHost } from './guard.ts'

export interface Spares {
  /**
   * Sees to it that there are that many connections to a host, those that are in use included. What goes wrong with
   * one is for the request to tell that would have used it.
   */
  open(url: URL, count: number): void
  /** Closes those that were not used. */
  close(): void
}

/** A burst comes at once or not at all, and a server may close at any time what says nothing. */
const IDLE_MS = 5_000

type Connect = Agent['createConnection']

/**
 * From now on the agent takes a spare connection, where there is one, before it makes one of its own.
 * @param options - the agent's own
 * @param idleMs - how long one may wait for its request
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
      // Or that the server has closed it would not be noticed.
      .resume()
      .unref()
  }

  agent.createConnection = (wanted, callback) =>
    take(`${wanted.host}:${wanted.port}`) ?? connect(wanted, callback)

  return {
    open(url, count) {
      if (isClosed) return
      const host = hostOf(url)
      const key = `${host.hostname}:${host.port}`
      const set = waiting.get(key) ?? new Set()
      waiting.set(key, set)
      for (let there = set.size + connectionsOf(agent, key); there < count; there++) add(host, set)
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

/** The agent's names begin with host and port. */
function connectionsOf({ sockets, freeSockets }: Agent, key: string): number {
  return [...Object.entries(sockets), ...Object.entries(freeSockets)]
    .filter(([name]) => name.startsWith(`${key}:`))
    .reduce((sum, [, all]) => sum + (all?.length ?? 0), 0)
}
