/** One blob that several targets want: who may still come, who is reading it, who has it. */
import { follow } from '../../registry/model/aborting.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { ResumableSource } from '../places.ts'
import { createRound, type Round, type RoundOptions } from './round.ts'

export interface SharedBlob {
  readonly source: ResumableSource
  /** The target may want it. */
  register(target: Repository): void
  /** True while those who want it are still waited for. */
  isGathering(): boolean
  /** Reads it together with the others. */
  join(target: Repository, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /**
   * Other targets that have it. When some are about to, waits for the first of them, as long as they get on: reading it
   * there is what spares the source.
   */
  holders(target: Repository, signal?: AbortSignal): Promise<readonly Repository[]>
  /** The target is done with it, and has it or not. */
  close(target: Repository, held: boolean): void
}

/** Those who read it and get no bytes for so long are not waited for. A registry takes as long to hash a large blob. */
const STUCK_MS = 15_000

/** `loners` are targets that nobody waits for any more. */
export function createSharedBlob(
  source: ResumableSource,
  loners: Set<Repository>,
  options: RoundOptions,
): SharedBlob {
  const interested = new Set<Repository>()
  const reading = new Set<Repository>()
  const holding = new Set<Repository>()
  const { clock } = options
  let changed = Promise.withResolvers<void>()
  let progressAt = clock.now()
  let round = newRound()

  function newRound(): Round {
    return createRound(
      source,
      {
        awaited: () => [...interested].filter((target) => !loners.has(target)),
        onMissed: (missed) => {
          for (const target of missed) loners.add(target)
        },
        onProgress: () => {
          progressAt = clock.now()
        },
        onBroken: () => {
          round = newRound()
        },
      },
      options,
    )
  }

  function tellChange(): void {
    changed.resolve()
    changed = Promise.withResolvers()
  }

  async function firstHolder(signal: AbortSignal | undefined): Promise<void> {
    while (holding.size === 0 && reading.size > 0) {
      const patience = progressAt + STUCK_MS - clock.now()
      if (patience <= 0) return
      using enough = follow(signal)
      await Promise.race([changed.promise, clock.sleep(patience, enough.signal).catch(() => {})])
      enough.abort()
      signal?.throwIfAborted()
    }
  }

  return {
    source,
    register: (target) => void interested.add(target),
    isGathering: () => round.isGathering(),
    join(target, signal) {
      reading.add(target)
      return round.join(target, signal)
    },
    async holders(target, signal) {
      reading.delete(target)
      tellChange()
      await firstHolder(signal)
      return [...holding].filter((holder) => holder !== target)
    },
    close(target, held) {
      interested.delete(target)
      reading.delete(target)
      if (held) holding.add(target)
      tellChange()
      round.recount()
    },
  }
}
