/**
 * Sends requests to one registry with one identity: waits for rate-limit pauses, authorizes requests, and converts error
 * responses to RegistryErrors.
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
  /** Token scopes, the widest first, since some registries only read the first one. */
  readonly scopes: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | ByteStream | undefined
  readonly extraAnswerMs?: number
  /** True for a manifest GET. */
  readonly counted?: boolean
  /** Whether a response outside of 2xx is expected and not an error. */
  readonly expect?: (response: WireResponse) => boolean
  readonly traffic: TrafficCounter
  readonly signal?: AbortSignal | undefined
}

export interface Connection {
  /** The base URL of the registry's API. */
  readonly base: URL
  /** Sends a request, and retries it within the remaining budget. */
  ask(ask: Ask, tries: Tries): Promise<WireResponse>
  /** Sends a request without retries. */
  askOnce(ask: Ask, tries: Tries): Promise<WireResponse>
  startTries(): Tries
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
  /** Origins of token servers outside the registry's domain that may receive the credentials. */
  readonly realms: readonly string[]
  /** True if the registry may name private addresses although its own is public. */
  readonly mayNamePrivateHosts: boolean
}

/** The code of a 401 during a request whose body cannot be sent again. */
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

  /** Renews refused credentials once per operation. If that does not help, returns the 401 or 403. */
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
    // A refusal by a storage host concerns the presigned URL, and a retry gets a new one.
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
      // A quota applies to pulls only, so HEADs and blobs continue.
      const key = error.quotaExhausted ? `${pauseKey} pulls` : pauseKey
      pauses.begin(key, error, waitFor(error, tries.failures() + 1, policy, clock))
    }
    throw error
  }

  return {
    base,
    askOnce,
    startTries: () => startTries(policy, clock),
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

/** The body cannot be sent again, so the caller must start over with the new token. */
function expired({ method, url }: Ask): RegistryError {
  return new RegistryError(`${url.host} requires a new token in the middle of a ${method}`, {
    kind: 'unavailable',
    code: TOKEN_EXPIRED,
    retryAfterSeconds: 0,
  })
}
