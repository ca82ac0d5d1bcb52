/**
 * Keeps a part of a registry's pull quota for other clients: a cluster that starts pods shares the quota and cannot wait,
 * the mirror can. Each response states the remaining quota, including that of a HEAD, which costs no pull.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import type { RateLimit } from '../model/registry.ts'
import { type Environment, PULL_RESERVE } from '../model/settings.ts'
import { quotaWait, readQuota } from './quota.ts'

export interface Reserve {
  /** Records the quota that a response states. */
  note(headers: IncomingHttpHeaders): void
  /** The last stated quota; undefined if none was stated. */
  quota(): RateLimit | undefined
  /**
   * Accounts for a counted pull until the result is disposed.
   * @param look - makes a request that costs no pull, and notes its response
   * @throws RegistryError `rateLimited` if the pull would use the reserve
   */
  startPull(look: () => Promise<void>): Promise<Disposable>
}

interface StatedQuota {
  readonly quota: RateLimit
  readonly at: number
  /** Seconds from `at`. */
  readonly wait: number
}

/** An older statement is refreshed before it can refuse a pull. */
const FRESH_MS = 60_000

/** @param size - in pulls; 0 disables the reserve and its requests */
export function createReserve(host: string, size: number, clock: Clock): Reserve {
  let stated: StatedQuota | undefined
  let looked = false
  let looking: Promise<void> | undefined
  let underWay = 0

  /** The stated quota may not include the pulls that are under way. */
  const isTouched = (): boolean => (stated?.quota.remaining ?? Number.POSITIVE_INFINITY) - underWay <= size

  /** A registry that states no quota is asked only once. */
  function isWorthALook(): boolean {
    if (stated === undefined) return !looked
    return isTouched() && clock.now() - stated.at > FRESH_MS
  }

  /** Single flight: concurrent pulls share one request. */
  async function lookOnce(look: () => Promise<void>): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined
    })
    await looking
    looked = true
  }

  return {
    quota: () => stated?.quota,
    note(headers) {
      const quota = readQuota(headers)
      if (quota !== undefined) stated = { quota, at: clock.now(), wait: quotaWait(headers, clock.now()) }
    },
    async startPull(look) {
      if (size > 0 && isWorthALook()) await lookOnce(look)
      if (size > 0 && stated !== undefined && isTouched()) throw reserved(host, size, stated)
      underWay++
      return { [Symbol.dispose]: () => void underWay-- }
    },
  }
}

function reserved(host: string, size: number, { quota, wait }: StatedQuota): RegistryError {
  const of = quota.limit === undefined ? '' : ` of ${quota.limit}`
  return new RegistryError(
    `${host} has ${quota.remaining}${of} pulls left, and ${size} are reserved for other clients: nothing was pulled`,
    { kind: 'rateLimited', quotaExhausted: true, retryAfterSeconds: wait },
  )
}

/** @throws RegistryError if the variable is set and is not a number */
export function readReserve(environment: Environment): number {
  const text = environment[PULL_RESERVE] ?? ''
  if (/^\d{0,9}$/.test(text)) return Number(text)
  throw new RegistryError(`${PULL_RESERVE} must be a number of pulls, such as 20, but is "${text}"`, {
    kind: 'refused',
  })
}
