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
  /** What repositories of one registry share; the stock only with the same identity. */
  of(repository: Repository): RegistryShare
}

export interface RegistryShare {
  readonly limit: Limit
  readonly pace: RateLimiter
  readonly stock: Stock
  readonly lock: Lock
}

export function createSession(clock: Clock = systemClock): Session {
  const hosts = new Map<string, Omit<RegistryShare, 'stock'>>()
  const stocks = new Map<string, Stock>()

  function createHost(repository: Repository): Omit<RegistryShare, 'stock'> {
    const pace = isEcr(repository) ? createRateLimiter(undefined, clock) : unlimited
    return { limit: createLimit(), pace, lock: createLock() }
  }

  return {
    lanes: createLanes(),
    readings: createReadings({ clock }),
    of(repository) {
      const { registry, identity } = repository
      const host = made(hosts, registry, () => createHost(repository))
      // What one identity may mount, another may not even see.
      return { ...host, stock: made(stocks, `${registry} ${identity}`, createStock) }
    },
  }
}

function made<T>(all: Map<string, T>, key: string, create: () => T): T {
  const value = all.get(key) ?? create()
  all.set(key, value)
  return value
}
