/** Asks token servers: with pauses and retries of their own, and credentials only where they may be shown. */
import { collect } from '../http/body.ts'
import type { Hops } from '../http/hops.ts'
import { countTraffic } from '../http/traffic.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Clock } from '../model/clock.ts'
import type { Pauses } from '../retry/pause.ts'
import { refusal } from '../retry/refusal.ts'
import { type RetryPolicy, startTries, type Tries, waitFor } from '../retry/retry.ts'
import { checkRealm } from './realm.ts'
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
    // Redirects are not followed: whoever may see the credentials has been named by the registry itself.
    const response = await hops.send({ ...request, traffic, counted: false })
    if (response.status >= 200 && response.status < 300) return response
    const { bytes } = await collect(response.body, MAX_ERROR_BYTES)
    const error = refusal(request.method, response, bytes.toString('utf8'), clock.now())
    if (error.kind === 'rateLimited') {
      pauses.begin(key, error, waitFor(error, tries.failures() + 1, policy, clock))
    }
    throw error
  }

  return async (request) => {
    if (request.credentials !== undefined) checkRealm(request.realm, base, parts.realms)
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
