/** One shared read of a blob: targets join during a short grace period and then read the blob together. */
import type { Clock } from '../../registry/model/clock.ts'
import type { BlobSource, Repository } from '../../registry/model/registry.ts'
import { createTee } from './tee.ts'

export interface RoundOptions {
  readonly clock: Clock
  /** How long targets that have joined wait for the others. @default 3 seconds */
  readonly graceMs?: number
  /** Total time that one target may delay the others before it is dropped. @default 2 seconds */
  readonly patienceMs?: number
}

export interface Round {
  /** False once the round has started; later targets read on their own. */
  isGathering(): boolean
  /** Resolves to the target's stream when the source is open. */
  join(target: Repository, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** Call this when the set of awaited targets shrinks; the round may start. */
  recount(): void
}

export interface Gathering {
  /** Targets that may still join. */
  awaited(): Iterable<Repository>
  /** Called with the targets that had not joined when the grace period ended. */
  onMissed(targets: readonly Repository[]): void
  /** Called when readers receive bytes. */
  onProgress(): void
  /** Called when the source fails; targets that still need the blob need another round. */
  onBroken(): void
}

export function createRound(source: BlobSource, gathering: Gathering, options: RoundOptions): Round {
  const { clock, graceMs = 3_000 } = options
  const stop = new AbortController()
  // Before the start, a target may leave and join again when its client retries.
  const onDeserted = (): void => {
    if (started) stop.abort(new Error('all readers have left the stream'))
  }
  const tee = createTee({ ...options, onDeserted, onProgress: gathering.onProgress })
  const joined = new Set<Repository>()
  const opened = Promise.withResolvers<void>()
  const gathered = new AbortController()
  let started = false
  // Handles a rejection after all targets have left.
  opened.promise.catch(() => {})

  const missing = (): Repository[] => [...gathering.awaited()].filter((target) => !joined.has(target))

  async function run(): Promise<void> {
    started = true
    gathered.abort()
    try {
      const stream = await source.open(stop.signal)
      opened.resolve()
      await tee.pump(stream)
    } catch (error) {
      gathering.onBroken()
      opened.reject(error)
    }
  }

  function startWhenComplete(): void {
    if (!started && !tee.isDeserted() && missing().length === 0) void run()
  }

  async function startAfterGrace(): Promise<void> {
    await clock.sleep(graceMs, gathered.signal).catch(() => {})
    if (started) return
    gathering.onMissed(missing())
    void run()
  }

  return {
    isGathering: () => !started,
    recount: startWhenComplete,
    async join(target, signal) {
      const stream = tee.join(signal)
      const isFirst = joined.size === 0
      joined.add(target)
      startWhenComplete()
      if (isFirst && !started) void startAfterGrace()
      await opened.promise
      return stream
    },
  }
}
