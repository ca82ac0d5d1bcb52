/**
 * One registry, asked as one identity: every request waits for the host's pause, says who asks, and comes back as an
 * answer or as an error that says what is wrong.
 */
import { createAuthorizer } from '../auth/auth.ts'
import type { Identity } from '../auth/identity.ts'
import { tokenServer } from '../auth/token-server.ts'
import { drain } from '../http/body.ts'
import { createHops, isReplayable } from '../http/hops.ts'
import type { ByteStream } from '../http/send-body.ts'
import type { TrafficCounter } from '../http/traffic.ts'
import type { Transport, WireResponse } from '../http/transport.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError, restate } from '../model/errors.ts'
import type { RateLimit } from '../model/registry.ts'
import { errorText } from '../retry/error-body.ts'
import type { Pauses } from '../retry/pause.ts'
import { refusal } from '../retry/refusal.ts'
import type { Reserve } from '../retry/reserve.ts'
import { type RetryPolicy, startTries, type Tries, waitFor } from '../retry/retry.ts'
import { challengeOf } from './ping.ts'

export interface Ask {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: URL
  /** Token scopes, the widest first: some registries look at the first one only. */
  readonly scopes: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | ByteStream | undefined
  readonly extraAnswerMs?: number
  /** True for a manifest GET. */
  readonly counted?: boolean
  /** Which responses are answers, and no failures, beside the 2xx. */
  readonly expect?: (response: WireResponse) => boolean
  readonly traffic: TrafficCounter
  readonly signal?: AbortSignal | undefined
}

export interface Connection {
  /** Where its API is. */
  readonly base: URL
  /** One request, retried with what is left of the budget. */
  ask(ask: Ask, tries: Tries): Promise<WireResponse>
  /** One request, once: the caller decides about another try. */
  askOnce(ask: Ask, tries: Tries): Promise<WireResponse>
  startTries(): Tries
  /** Sees to it that there are that many connections, before there are requests for them. */
  warm(connections: number): void
  rateLimit(): RateLimit | undefined
}

export interface ConnectionParts {
  readonly base: URL
  readonly identity: Identity
  readonly transport: Transport
  readonly pauses: Pauses
  readonly reserve: Reserve
  readonly policy: RetryPolicy
  readonly clock: Clock
  /** Origins of token servers that may see the credentials though they are not the registry's own. */
  readonly realms: readonly string[]
  /** True where the registry may name private addresses though it is at a public one. */
  readonly mayNamePrivateHosts: boolean
}

/** The code of a 401 in the middle of a body that cannot be sent again. */
export const TOKEN_EXPIRED = 'TOKEN_EXPIRED'

export function connect(parts: ConnectionParts): Connection {
  const { base, pauses, reserve, policy, clock } = parts
  const pauseKey = `${base.host} ${parts.identity.key}`
  const hops = createHops(parts)

  const authorizer = createAuthorizer({
    registry: base,
    identity: parts.identity,
    clock,
    fetchToken: tokenServer({ ...parts, key: parts.identity.key, hops }),
    ping: challengeOf({ ...parts, hops, pauseKey }),
  })

  const { isOwn } = hops

  /** Renews what was refused once for each operation; an answer that is still a refusal is returned as it is. */
  async function authorized(ask: Ask, tries: Tries): Promise<WireResponse> {
    const { method, url, body, extraAnswerMs, traffic, signal, scopes, headers = {}, counted = false } = ask
    for (;;) {
      const authorization = isOwn(url) ? await authorizer.header(scopes) : undefined
      const request = { method, url, headers, body, extraAnswerMs, traffic, signal, counted, authorization }
      const response = await hops.follow(request)
      const { status } = response
      if ((status !== 401 && status !== 403) || !isOwn(url) || !isOwn(response.url)) return response
      const again = await learn(response, scopes, authorization)
      if (!again || (authorization !== undefined && !tries.renew())) return response
      await drain(response.body)
      if (!isReplayable(ask)) throw expired(ask)
    }
  }

  async function learn(
    response: WireResponse,
    scopes: readonly string[],
    header: string | undefined,
  ): Promise<boolean> {
    const { status, headers, body } = response
    try {
      return await authorizer.learn({ status, challenge: headers['www-authenticate'], scopes, header })
    } catch (error) {
      await drain(body)
      throw error
    }
  }

  async function refused({ method }: Ask, response: WireResponse): Promise<RegistryError> {
    const error = refusal(method, response, await errorText(response), clock.now())
    // A storage host that refuses speaks of the URL that it was given. A new redirect brings a new one.
    if (error.kind === 'unauthorized' && !isOwn(response.url)) return restate(error, { kind: 'unavailable' })
    return error
  }

  async function startPull(ask: Ask, tries: Tries): Promise<Disposable> {
    await pauses.enter(`${pauseKey} pulls`, ask.signal)
    return reserve.startPull(async () => {
      const response = await authorized({ ...ask, method: 'HEAD', counted: false }, tries)
      if (isOwn(response.url)) reserve.note(response.headers)
      await drain(response.body)
    })
  }

  async function askOnce(ask: Ask, tries: Tries): Promise<WireResponse> {
    await pauses.enter(pauseKey, ask.signal)
    using _pull = ask.counted === true ? await startPull(ask, tries) : undefined
    const response = await authorized(ask, tries)
    if (isOwn(response.url)) reserve.note(response.headers)
    const { status } = response
    if ((status >= 200 && status < 300) || ask.expect?.(response) === true) return response
    const error = await refused(ask, response)
    if (error.kind === 'rateLimited') {
      ask.traffic.throttled()
      // A quota is for pulls only; HEADs and blobs may go on.
      const key = error.quotaExhausted ? `${pauseKey} pulls` : pauseKey
      pauses.begin(key, error, waitFor(error, tries.failures() + 1, policy, clock))
    }
    throw error
  }

  return {
    base,
    askOnce,
    startTries: () => startTries(policy, clock),
    warm: (connections) => parts.transport.warm(base, connections),
    rateLimit: reserve.quota,
    async ask(ask, tries) {
      for (;;) {
        try {
          return await askOnce(ask, tries)
        } catch (error) {
          await tries.after(error, ask.signal)
        }
      }
    },
  }
}

/** The body has been read and cannot be sent again: the caller starts over, with the new token. */
function expired({ method, url }: Ask): RegistryError {
  return new RegistryError(`${url.host} wants a new token in the middle of a ${method}`, {
    kind: 'unavailable',
    code: TOKEN_EXPIRED,
    retryAfterSeconds: 0,
  })
}
