/** Requests a registry's challenge from `/v2/`: https://distribution.github.io/distribution/spec/api/#api-version-check */
import { collect } from '../http/body.ts'
import type { Hops } from '../http/hops.ts'
import { countTraffic } from '../http/traffic.ts'
import type { WireResponse } from '../http/transport.ts'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import type { Pauses } from '../retry/pause.ts'
import { refusal } from '../retry/refusal.ts'
import { type RetryPolicy, startTries, waitFor } from '../retry/retry.ts'

export interface PingParts {
  readonly base: URL
  readonly hops: Hops
  readonly pauses: Pauses
  readonly pauseKey: string
  readonly policy: RetryPolicy
  readonly clock: Clock
}

/** Few tries, since a registry whose `/v2/` is broken may work otherwise. */
const ATTEMPTS = 3
const MAX_ERROR_BYTES = 64 * 1024

/**
 * Returns the WWW-Authenticate header, or undefined if `/v2/` has none or stays broken.
 * @throws RegistryError for a rate limit or a lost connection, which would affect the actual request too
 */
export function challengeOf(parts: PingParts): () => Promise<string | undefined> {
  const { base, hops, pauses, pauseKey, clock } = parts
  const policy = { ...parts.policy, attempts: Math.min(ATTEMPTS, parts.policy.attempts) }
  const request = { method: 'GET', headers: {}, traffic: countTraffic(), counted: false }

  async function follow(): Promise<WireResponse | undefined> {
    try {
      return await hops.follow({ ...request, url: new URL('/v2/', base) })
    } catch (error) {
      // A forbidden redirect. If the registry's own URL is forbidden, the actual request reports it.
      if (error instanceof RegistryError && error.kind === 'unsafe') return undefined
      throw error
    }
  }

  return async () => {
    const tries = startTries(policy, clock)
    for (;;) {
      await pauses.enter(pauseKey)
      const response = await follow()
      if (response === undefined) return undefined
      const { bytes } = await collect(response.body, MAX_ERROR_BYTES)
      const challenge = response.headers['www-authenticate']
      // A challenge of another origin does not apply to the registry.
      if (challenge !== undefined) return response.url.origin === base.origin ? challenge : undefined
      if (response.status < 400) return undefined
      const error = refusal(request.method, response, bytes.toString('utf8'), clock.now())
      if (error.kind === 'rateLimited') {
        pauses.begin(pauseKey, error, waitFor(error, tries.failures() + 1, policy, clock))
        throw error
      }
      if (error.kind !== 'unavailable') return undefined
      try {
        await tries.after(error)
      } catch {
        return undefined
      }
    }
  }
}
