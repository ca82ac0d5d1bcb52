/** Asks token servers: with pauses and retries of their own, and credentials only where they may be shown. */
import { collect, drain } from '../http/body.ts'
import type { Hops } from '../http/hops.ts'
import { isRedirect, MAX_REDIRECTS, redirectTarget, tooManyRedirects } from '../http/redirect.ts'
import { countTraffic } from '../http/traffic.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
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

const MAX_ERROR_BYTES = 64 * 1024

export function tokenServer(parts: TokenServerParts): (request: TokenRequest) => Promise<Token> {
  const { base, hops, pauses, policy, clock } = parts
  // Tokens are shared by everything that is read and written: their requests belong to no repository.
  const traffic = countTraffic()

  async function send(request: WireTokenRequest, key: string, tries: Tries): Promise<WireResponse> {
    await pauses.enter(key)
    const response = await follow(request)
    if (response.status >= 200 && response.status < 300) return response
    const { bytes } = await collect(response.body, MAX_ERROR_BYTES)
    const error = refusal(request.method, response, bytes.toString('utf8'), clock.now())
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
