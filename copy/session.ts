/**
 * What the jobs of one process share, so that many images are copied as one: a limit for each registry, the blobs that
 * are being read, and those that each registry holds.
 */
import { type Clock, systemClock } from '../registry/model/clock.ts'
import { isEcr, type Repository } from '../registry/model/registry.ts'
import { createLanes, type Lanes } from './blobs/lanes.ts'
import { createReadings, type Readings } from './blobs/readings.ts'
import { createStock, type Stock } from './blobs/stock.ts'
import { createLimit, type Limit } from './limit.ts'
import { createLock, type Lock } from './once.ts'
import { createRateLimiter, type RateLimiter, unlimited } from './rate-limiter.ts'

export interface Session {
  readonly lanes: Lanes
  readonly readings: Readings
  /** What repositories of one registry share. */
  of(repository: Repository): RegistryShare
}

export interface RegistryShare {
  readonly limit: Limit
  readonly pace: RateLimiter
  readonly stock: Stock
  readonly lock: Lock
}

export function createSession(clock: Clock = systemClock): Session {
  const shares = new Map<string, RegistryShare>()
  return {
    lanes: createLanes(),
    readings: createReadings({ clock }),
    of(repository) {
      const { registry } = repository
      const known = shares.get(registry)
      if (known !== undefined) return known
      const pace = isEcr(repository) ? createRateLimiter(undefined, clock) : unlimited
      const share = { limit: createLimit(), pace, stock: createStock(), lock: createLock() }
      shares.set(registry, share)
      return share
    },
  }
}
