/**
 * Circuit breaker for each registry: after several images failed because a registry is unavailable, the next ones fail at
 * once instead of after all retries. A request is let through now and then, and a registry that answers is used again.
 */
import { isRegistryError } from '../../mirror/failure.ts'
import type { Clock } from '../../registry/model/clock.ts'
import { RegistryError } from '../../registry/model/errors.ts'
import type { Repository } from '../../registry/model/registry.ts'

export interface Outages {
  /** @throws RegistryError without a request while the registry counts as unavailable */
  guard<T>(repository: Pick<Repository, 'name' | 'registry'>, ask: () => Promise<T>): Promise<T>
}

/** A single image may be broken; a registry that is down fails all of them. */
const MAX_IMAGES = 3
const PAUSE_MS = 60_000

interface Outage {
  /** The repositories that failed since the registry last answered. */
  readonly failed: Set<string>
  /** When the next request is let through. */
  next: number
}

export function createOutages(clock: Clock): Outages {
  const outages = new Map<string, Outage>()

  function refuseIfDown(registry: string): void {
    const outage = outages.get(registry)
    if (outage === undefined || outage.failed.size < MAX_IMAGES) return
    const seconds = Math.ceil((outage.next - clock.now()) / 1_000)
    if (seconds > 0)
      throw new RegistryError(
        `${registry} is unavailable: ${outage.failed.size} images failed after all retries, so this one was not tried; the registry is tried again in ${seconds} s`,
        { kind: 'unavailable' },
      )
    outage.next = clock.now() + PAUSE_MS
  }

  function remember({ name, registry }: Pick<Repository, 'name' | 'registry'>): void {
    const outage = outages.get(registry) ?? { failed: new Set(), next: 0 }
    outage.failed.add(name)
    outage.next = clock.now() + PAUSE_MS
    outages.set(registry, outage)
  }

  return {
    async guard(repository, ask) {
      refuseIfDown(repository.registry)
      try {
        const answer = await ask()
        outages.delete(repository.registry)
        return answer
      } catch (error) {
        if (isRegistryError(error, 'unavailable')) remember(repository)
        else if (isRegistryError(error)) outages.delete(repository.registry)
        throw error
      }
    },
  }
}
