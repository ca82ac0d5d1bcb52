/** One streaming of one blob to several targets: they gather, for a short while, and then read it together. */
import type { Clock } from '../../registry/model/clock.ts'
import type { BlobSource, Repository } from '../../registry/model/registry.ts'
import { createTee } from './tee.ts'

export interface RoundOptions {
  readonly clock: Clock
  /** How long those that are ready wait for those that have not decided yet. @default 3 seconds */
  readonly graceMs?: number
  /** How much longer than the others one target may keep them waiting, all in all. @default 2 seconds */
  readonly patienceMs?: number
}

export interface Round {
  /** False once it has started: who comes later reads on its own. */
  isGathering(): boolean
  /** The target's stream, as soon as the source is open. */
  join(target: Repository, signal?: AbortSignal): Promise<AsyncIterable<Uint8Array>>
  /** Somebody who was waited for is not any more. */
  recount(): void
}

export interface Gathering {
  /** Who may still come. */
  awaited(): Iterable<Repository>
  /** These were waited for until the grace was over. */
  onMissed(targets: readonly Repository[]): void
  /** Bytes were handed out. */
  onProgress(): void
  /** The source broke: those who still want the blob need another round. */
  onBroken(): void
}

export function createRound(source: BlobSource, gathering: Gathering, options: RoundOptions): Round {
  const { clock, graceMs = 3_000 } = options
  const stop = new AbortController()
  // While it gathers, a target may leave and come again: its client tries again.
  const onDeserted = (): void => {
    if (started) stop.abort(new Error('nobody reads this any more'))
  }
  const tee = createTee({ ...options, onDeserted, onProgress: gathering.onProgress })
  const joined = new Set<Repository>()
  const opened = Promise.withResolvers<void>()
  const gathered = new AbortController()
  let started = false
  // Not everybody who joined may still be waiting for it.
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
