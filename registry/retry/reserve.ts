/**
 * Keeps a part of a registry's pull quota for others: the cluster that must start its pods now shares the quota with
 * us, and we can wait. What is left is what the registry says on every answer, also on a HEAD, which costs nothing.
 */
import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../model/clock.ts'
import { RegistryError } from '../model/errors.ts'
import type { RateLimit } from '../model/registry.ts'
import { type Environment, PULL_RESERVE } from '../model/settings.ts'
import { quotaWait, readQuota } from './quota.ts'

export interface Reserve {
  /** Reads what an answer says of the quota. */
  note(headers: IncomingHttpHeaders): void
  /** What the registry last said; undefined when it never did. */
  quota(): RateLimit | undefined
  /**
   * Held while a counted pull is under way.
   * @param look - asks for an answer that costs no pull, and notes it
   * @throws RegistryError `rateLimited` when the pull would come out of the reserve
   */
  startPull(look: () => Promise<void>): Promise<Disposable>
}

interface Told {
  readonly quota: RateLimit
  readonly at: number
  /** From then on, in seconds. */
  readonly wait: number
}

/** What was said longer ago than this is asked again before anybody is told to wait for it. */
const FRESH_MS = 60_000

/** @param size - in pulls; 0 keeps nothing, and asks nothing more than is asked anyway */
export function createReserve(host: string, size: number, clock: Clock): Reserve {
  let told: Told | undefined
  let looked = false
  let looking: Promise<void> | undefined
  let underWay = 0

  /** What is under way may not be in what was said. */
  const isTouched = (): boolean => (told?.quota.remaining ?? Number.POSITIVE_INFINITY) - underWay <= size

  /** A registry that says nothing has no quota, and is not asked again. */
  function isWorthALook(): boolean {
    if (told === undefined) return !looked
    return isTouched() && clock.now() - told.at > FRESH_MS
  }

  /** Once for everybody who wants to pull. */
  async function lookOnce(look: () => Promise<void>): Promise<void> {
    looking ??= look().finally(() => {
      looking = undefined
    })
    await looking
    looked = true
  }

  return {
    quota: () => told?.quota,
    note(headers) {
      const quota = readQuota(headers)
      if (quota !== undefined) told = { quota, at: clock.now(), wait: quotaWait(headers, clock.now()) }
    },
    async startPull(look) {
      if (size > 0 && isWorthALook()) await lookOnce(look)
      if (size > 0 && told !== undefined && isTouched()) throw reserved(host, size, told)
      underWay++
      return { [Symbol.dispose]: () => void underWay-- }
    },
  }
}

function reserved(host: string, size: number, { quota, wait }: Told): RegistryError {
  const of = quota.limit === undefined ? '' : ` of ${quota.limit}`
  return new RegistryError(
    `${host} has ${quota.remaining}${of} pulls left for us, and ${size} are reserved for others: nothing was pulled`,
    { kind: 'rateLimited', quotaExhausted: true, retryAfterSeconds: wait },
  )
}

/** @throws RegistryError when it is set and is no number of pulls */
export function readReserve(environment: Environment): number {
  const text = environment[PULL_RESERVE] ?? ''
  if (/^\d{0,9}$/.test(text)) return Number(text)
  throw new RegistryError(`${PULL_RESERVE} must be a number of pulls, such as 20, and is "${text}"`, {
    kind: 'refused',
  })
}
