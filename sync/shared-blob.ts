/** One blob that several targets want: who may still come, who is reading it, who has it. */
import type { Repository } from '../registry/registry.ts'
import type { ResumableSource } from './places.ts'
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
   * Other targets that have it. When some are about to, waits for the first of them, for a while: reading it there is
   * what spares the source.
   */
  holders(target: Repository, signal?: AbortSignal): Promise<readonly Repository[]>
  /** The target is done with it, and has it or not. */
  close(target: Repository, held: boolean): void
}

/** Longer than most blobs take; what takes longer should not be waited for. */
const RELAY_MS = 10_000

/** `loners` are targets that nobody waits for any more. */
export function createSharedBlob(
  source: ResumableSource,
  loners: Set<Repository>,
  options: RoundOptions,
): SharedBlob {
  const interested = new Set<Repository>()
  const reading = new Set<Repository>()
  const holding = new Set<Repository>()
  let changed = Promise.withResolvers<void>()
  let round = newRound()

  function newRound(): Round {
    return createRound(
      source,
      {
        awaited: () => [...interested].filter((target) => !loners.has(target)),
        onMissed: (missed) => {
          for (const target of missed) loners.add(target)
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

  async function firstHolder(signal: AbortSignal): Promise<void> {
    while (holding.size === 0 && reading.size > 0 && !signal.aborted) {
      await Promise.race([changed.promise, aborted(signal)])
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
      const enough = AbortSignal.timeout(RELAY_MS)
      await firstHolder(signal === undefined ? enough : AbortSignal.any([signal, enough]))
      signal?.throwIfAborted()
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
