/**
 * Sends requests to a registry and follows redirects. Authorization goes to the registry's own origin only. Hosts that
 * the registry names are guarded by the class of the registry's own address.
 */
import { drain } from './body.ts'
import type { Trust } from './guard.ts'
import { isRedirect, MAX_REDIRECTS, redirectTarget, tooManyRedirects } from './redirect.ts'
import { tlsOnLoopback } from './tls/on-loopback.ts'
import type { Transport, WireRequest, WireResponse } from './transport.ts'
import { USER_AGENT } from './user-agent.ts'

export type HopRequest = Omit<WireRequest, 'trust'> & {
  /** For the registry's own origin; dropped permanently at the first redirect that leaves it. */
  readonly authorization?: string | undefined
}

export interface Hops {
  follow(request: HopRequest): Promise<WireResponse>
  /** Sends one request without following redirects. */
  send(request: HopRequest): Promise<WireResponse>
  /** Whether a URL is at the registry itself. */
  isOwn(url: URL): boolean
}

export interface HopsParts {
  /** Changes to https if a registry on a loopback address turns out to speak TLS. */
  readonly base: URL
  readonly transport: Transport
  /** True if the registry may name private addresses although its own is public. */
  readonly mayNamePrivateHosts: boolean
}

export function createHops({ base, transport, mayNamePrivateHosts }: HopsParts): Hops {
  // Set by the registry's first response, which precedes all hosts that it names.
  let named: Trust = 'public'

  const loopback = tlsOnLoopback(base, transport)
  const isOwn = (url: URL): boolean => loopback.current(url).origin === base.origin

  async function exchange({ authorization, ...request }: HopRequest): Promise<WireResponse> {
    const own = isOwn(request.url)
    const headers: Record<string, string> = {
      'user-agent': USER_AGENT,
      // The digest is that of the unencoded bytes: https://github.com/moby/moby/issues/17595
      'accept-encoding': 'identity',
      ...lengthOf(request.body),
      ...request.headers,
    }
    if (authorization !== undefined && own) headers.authorization = authorization
    const response = await transport.send({ ...request, headers, trust: own ? 'operator' : named })
    if (own && response.address !== 'forbidden') {
      named = response.address === 'public' && mayNamePrivateHosts ? 'private' : response.address
    }
    return response
  }

  async function send(request: HopRequest): Promise<WireResponse> {
    const asked = { ...request, url: loopback.current(request.url) }
    const mayAskAgain = isOwn(asked.url) && isReplayable(request)
    try {
      const response = await exchange(asked)
      if (!mayAskAgain || !(await loopback.turnsOut({ response }, asked.url))) return response
      await drain(response.body)
    } catch (error) {
      if (!mayAskAgain || !(await loopback.turnsOut({ error }, asked.url))) throw error
    }
    return exchange({ ...request, url: loopback.current(request.url) })
  }

  return {
    send,
    isOwn,
    async follow(request) {
      let { url, authorization } = request
      for (let hops = 0; ; hops++) {
        const response = await send({ ...request, url, authorization })
        if (!isReplayable(request) || !isRedirect(request.method, response)) return response
        await drain(response.body)
        const target = redirectTarget(request.method, response)
        if (hops === MAX_REDIRECTS) throw tooManyRedirects(request.method, request.url)
        if (target.origin !== base.origin) authorization = undefined
        url = target
      }
    },
  }
}

/** Whether the request has no body, or one that can be sent again. */
export function isReplayable({ body }: Pick<WireRequest, 'body'>): boolean {
  return body === undefined || body instanceof Uint8Array
}

function lengthOf(body: WireRequest['body']): Record<string, string> {
  if (body === undefined) return {}
  return { 'content-length': String(body instanceof Uint8Array ? body.length : body.size) }
}
