/** A blob that several targets need: tracks which targets may still join, which read it and which hold it. */
import { linkAbort } from '../../registry/model/aborting.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { ResumableSource } from '../places.ts'
import { createRound, type Round, type RoundOptions } from './round.ts'

export interface SharedBlob {
  readonly source: ResumableSource
  /** Announces that the target may need the blob. */
  register(target: Repository): void
  /** True while targets can still join the shared read. */
  isGathering(): boolean
  /** Reads the blob together with the other targets. */
  join(target: Repository, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /**
   * Returns other targets that have the blob. If some are reading it, waits for the first one to finish while they make
   * progress, because a read from a target saves a read from the source.
   */
  holders(target: Repository, signal?: AbortSignal): Promise<readonly Repository[]>
  /** Reports that the target is done, and whether it holds the blob. */
  close(target: Repository, held: boolean): void
}

/** How long to wait for readers without progress. A registry needs this long to hash a large blob. */
const STUCK_MS = 15_000

export interface SharedBlobOptions extends RoundOptions {
  /** Targets that the shared read does not wait for. Those that miss it are added. */
  readonly late: Set<Repository>
  /** Targets that hold the blob; later ones are added. */
  readonly holding: Set<Repository>
  /** Called when no target needs the blob any more. */
  readonly onIdle: () => void
}

export function createSharedBlob(source: ResumableSource, options: SharedBlobOptions): SharedBlob {
  const { clock, late, holding, onIdle } = options
  const interested = new Set<Repository>()
  const reading = new Set<Repository>()
  /** A blob that a target has held from the start is read from there. */
  const isRead = holding.size === 0
  let changed = Promise.withResolvers<void>()
  let progressAt = clock.now()
  let round = newRound()

  function newRound(): Round {
    return createRound(
      source,
      {
        awaited: () => [...interested].filter((target) => !late.has(target)),
        onMissed: (missed) => {
          for (const target of missed) late.add(target)
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
      using enough = linkAbort(signal)
      await Promise.race([changed.promise, clock.sleep(patience, enough.signal).catch(() => {})])
      enough.abort()
      signal?.throwIfAborted()
    }
  }

  return {
    source,
    register: (target) => void interested.add(target),
    isGathering: () => isRead && round.isGathering(),
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
      if (interested.size === 0) onIdle()
    },
  }
}
