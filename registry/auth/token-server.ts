/** Asks token servers: with pauses and retries of their own, and credentials only where they may be shown. */
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
  /** Origins of token servers that may see the credentials though they are not the registry's own. */
  readonly realms: readonly string[]
}

/** Any other refusal of a token means that these credentials, or none, do not get one. */
const SAME_AS_ELSEWHERE: readonly RegistryErrorKind[] = ['rateLimited', 'unavailable', 'unauthorized']

export function tokenServer(parts: TokenServerParts): (request: TokenRequest) => Promise<Token> {
  const { base, hops, pauses, policy, clock } = parts
  // Tokens are shared by everything that is read and written: their requests belong to no repository.
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

  /** Redirects keep the credentials, so they lead to another path of the same origin or nowhere. */
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
    // With its list of domains it takes longer to load than all the rest of a small copy.
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
    `the token server ${from.origin} redirects to ${place}, which is another origin and must not see the credentials`,
    { kind: 'unsafe' },
  )
}

/** Its 404 or 400 says nothing of the repository or of the image that the token was for. */
function asRefusedToken(error: RegistryError, registry: string): RegistryError {
  if (SAME_AS_ELSEWHERE.includes(error.kind)) return error
  return restate(
    error,
    { kind: 'unauthorized' },
    `${error.message}; ${registry} gives access with a token only`,
  )
}
