/** Client for token servers, with rate-limit pauses, retries and a check of who receives credentials. */
import { drain } from '../http/body.ts'
import type { Hops } from '../http/hops.ts'
import { isRedirect, MAX_REDIRECTS, redirectTarget, tooManyRedirects } from '../http/redirect.ts'
import { countTraffic } from '../http/traffic.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError, type RegistryErrorKind, restate } from '../model/errors.ts'
import { errorText } from '../retry/error-body.ts'
import type { Pauses } from '../retry/pause.ts'
import { refusal } from '../retry/refusal.ts'
import { type RetryPolicy, startTries, type Tries, waitFor } from '../retry/retry.ts'
import { fetchToken, type Token, type TokenRequest, type WireTokenRequest } from './token.ts'

export interface TokenServerParts {
  readonly base: URL
  /** Distinguishes identities at one host. */
  readonly key: string
  readonly hops: Hops
  readonly pauses: Pauses
  readonly policy: RetryPolicy
  readonly clock: Clock
  /** Origins of token servers outside the registry's domain that may receive the credentials. */
  readonly realms: readonly string[]
}

/** All other refusals of a token become `unauthorized`. */
const KEPT_KINDS: readonly RegistryErrorKind[] = ['rateLimited', 'unavailable', 'unauthorized']

export function tokenServer(parts: TokenServerParts): (request: TokenRequest) => Promise<Token> {
  const { base, hops, pauses, policy, clock } = parts
  // Repositories share tokens, so these requests count for none of them.
  const traffic = countTraffic()

  async function send(request: WireTokenRequest, key: string, tries: Tries): Promise<WireResponse> {
    await pauses.enter(key)
    const response = await follow(request)
    if (response.status >= 200 && response.status < 300) return response
    const error = asRefusedToken(
      refusal(request.method, response, await errorText(response), clock.now()),
      base.host,
    )
    if (error.kind === 'rateLimited') {
      pauses.begin(key, error, waitFor(error, tries.failures() + 1, policy, clock))
    }
    throw error
  }

  /** Redirects keep the credentials, so only redirects within the origin are followed. */
  async function follow(request: WireTokenRequest): Promise<WireResponse> {
    let { url } = request
    for (let followed = 0; ; followed++) {
      const response = await hops.send({ ...request, url, traffic, counted: false })
      if (!isRedirect(request.method, response)) return response
      await drain(response.body)
      const target = redirectTarget(request.method, response)
      if (target.origin !== url.origin) throw leavesOrigin(url, target)
      if (followed === MAX_REDIRECTS) throw tooManyRedirects(request.method, request.url)
      url = target
    }
  }

  async function checkRealm(realm: URL): Promise<void> {
    if (realm.origin === base.origin) return
    // Loaded lazily: with its list of domains it takes longer to load than a small copy to run.
    const rules = await import('./realm.ts')
    rules.checkRealm(realm, base, parts.realms)
  }

  return async (request) => {
    if (request.credentials !== undefined) await checkRealm(request.realm)
    const key = `${request.realm.host} ${parts.key}`
    const tries = startTries(policy, clock)
    for (;;) {
      try {
        return await fetchToken(request, (wire) => send(wire, key, tries), clock)
      } catch (error) {
        await tries.after(error)
      }
    }
  }
}

function leavesOrigin(from: URL, to: URL): RegistryError {
  const place = `${to.protocol}//${to.host}`
  return new RegistryError(
    `the token server ${from.origin} redirects to ${place}, another origin, which must not receive the credentials`,
    { kind: 'unsafe' },
  )
}

/** A token server's 400 or 404 is not about the repository or image that the token is for. */
function asRefusedToken(error: RegistryError, registry: string): RegistryError {
  if (KEPT_KINDS.includes(error.kind)) return error
  return restate(error, { kind: 'unauthorized' }, `${error.message}; ${registry} requires a token`)
}
