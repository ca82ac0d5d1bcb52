/**
 * Mirrors one image in rounds: resolves it, compares its targets, and copies what they lack with a single read of the
 * source. A pair that ended stays as it is; the next round takes up the others.
 */
import type { Session } from '../../copy/session.ts'
import type { ImageItem, Run } from '../../mirror/contract.ts'
import { comparePair } from '../../mirror/diff/compare-pair.ts'
import type { PairReport, Resolved, ResolvedTag, WorkOrder } from '../../mirror/documents.ts'
import { rememberedKey } from '../../mirror/keys.ts'
import { NOTHING_REMEMBERED, rememberedSchema } from '../../mirror/resolve/memory/remembered.ts'
import { resolveImage } from '../../mirror/resolve/resolve.ts'
import { withSelection } from '../../mirror/resolve/select/describe.ts'
import { needsTagList } from '../../mirror/resolve/select/select-tags.ts'
import { openTarget, requireNames, type Target } from '../../mirror/target.ts'
import type { Clock } from '../../registry/model/clock.ts'
import type { Registries, Repository } from '../../registry/model/registry.ts'
import { verifierOf } from '../../signatures/open.ts'
import { writeChanges } from '../../store/write-changes.ts'
import { rememberRefusals } from '../../sync/remember.ts'
import { syncOrders } from '../../sync/run.ts'
import { signed } from '../../sync/signed.ts'
import { splitPrompt } from '../registries/prompt.ts'
import type { Cache } from './cache.ts'
import { fewTags } from './few-tags.ts'
import { limited } from './limited.ts'
import type { NearbyReader } from './nearby.ts'
import type { Outages } from './outages.ts'
import { collectEnds } from './pair-ends.ts'
import { refusalsAt } from './refusals.ts'
import { type Tracker, targetsOf } from './tracker.ts'

export interface ImageParts {
  readonly run: Run
  /** Opens repositories with the credentials of this machine. */
  readonly registries: Registries
  readonly nearby: NearbyReader
  /** What the images share. */
  readonly session: Session
  readonly outages: Outages
  readonly cache: Cache
  readonly tracker: Tracker
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface ImageRun {
  /**
   * @returns after how many seconds another round may help; 0 if all pairs have ended for good
   * @throws the signal's reason when it is aborted
   */
  round(): Promise<number>
  /** Shows that the image waits for its next round. */
  wait(): void
  /** The pairs as they end, in the order of the plan. */
  reports(): PairReport[]
}

interface Due {
  readonly target: Target
  readonly order: WorkOrder
}

/** Registries are opened with the credentials of this machine, not with secrets of the list. */
const readCredentials = async (): Promise<undefined> => undefined

/** A registry that lost content, or broke off for longer than the client retries, gets one more try. */
const RETRY_SECONDS = 5

/** A target that takes longer to compare than this is copied to on its own. */
const PATIENCE_MS = 2_000

export function startImage(item: ImageItem, parts: ImageParts): ImageRun {
  const { run, registries, nearby, session, outages, cache, tracker, clock, signal } = parts
  const ends = collectEnds(item, tracker)
  const known: ResolvedTag[] = []
  /** Targets that get no further try. */
  const retried = new Set<string>()
  let resolved: Resolved | undefined

  function bounded(repository: Repository): Repository {
    return limited(repository, session.of(repository).limit, outages)
  }

  async function open(target: Target): Promise<Repository> {
    return bounded(await openTarget(target, item.repository, { registries, readCredentials }))
  }

  async function resolve(): Promise<Resolved> {
    requireNames(targetsOf(item), item.repository)
    const source = bounded(await registries.open(item.source))
    const verifier = await verifierOf(source, item.settings)
    const readNearby = nearby(targetsOf(item), open)
    const key = rememberedKey(item)
    const remembered = (await cache.findJson(key, rememberedSchema)) ?? NOTHING_REMEMBERED
    const remember = writeChanges(remembered, (next) => cache.writeJson(key, next))
    const listed = needsTagList(item.select) ? undefined : fewTags(source, signal)
    const options = { known, remembered, remember, verifier, readNearby, listed, signal }
    const found = await resolveImage(source, item, options)
    return run.dryRun ? withSelection(found, source.name) : found
  }

  /** @returns the order for the target, if something must be copied there */
  async function compare(target: Target, image: Resolved): Promise<WorkOrder | undefined> {
    const pair = { run, image: item, target, readFrom: [] }
    const refusals = refusalsAt(target, item.repository, cache)
    const options = { findRefusals: refusals.find, now: clock.now(), signal }
    const { kept, ...compared } = await comparePair(pair, image, await open(target), options)
    if ('order' in compared) {
      if (run.dryRun) ends.end(target, { outcome: compared.status }, { kept })
      return run.dryRun ? undefined : compared.order
    }
    const { warnings } = compared
    const ending = compared.status === 'failed' ? { error: compared.error } : { outcome: compared.status }
    ends.end(target, { ...ending, warnings: warnings.length }, { kept, warnings })
    return undefined
  }

  /** The targets that hold everything are read before the source. */
  function fromNearest(stale: readonly Due[]): Due[] {
    const nearest = ends.complete().map((target) => ({ target, repository: item.repository }))
    return stale.map(({ target, order }) => ({
      target,
      order: { ...order, readFrom: [...nearest, ...order.readFrom] },
    }))
  }

  async function copy([first, ...others]: readonly Due[]): Promise<number[]> {
    if (first === undefined) return []
    const due = [first, ...others] as const
    for (const { target } of due) tracker.set(item, target, 'syncing')
    const started = clock.now()
    const orders = [first, ...others].map(({ order }) => order) as [WorkOrder, ...WorkOrder[]]
    // A source that cannot be opened any more fails the tags that need it, not the image.
    const source = await registries.open(item.source).catch(() => undefined)
    const access = { registries, readCredentials, session, clock, signal }
    const jobs = await syncOrders(orders, { ...access, ...(source && { source }) })
    const waits = due.map(async ({ target, order }, index) => {
      const job = jobs[index]
      if (job === undefined) return 0
      await rememberRefusals(refusalsAt(target, item.repository, cache), order, job.refused, clock.now())
      const result = signed(job.result, order, { round: 0, started }, clock.now())
      const { outcome } = result
      if (signal.aborted && outcome.status !== 'synced') {
        ends.interrupt(target, { ...outcome, bytes: result.requests.bytesOut ?? outcome.bytes })
        return 0
      }
      const again = job.transient !== undefined && !retried.has(target.id)
      if (again) retried.add(target.id)
      ends.end(target, { sync: outcome }, { result }, again)
      return again ? RETRY_SECONDS : (outcome.retryAfterSeconds ?? 0)
    })
    return Promise.all(waits)
  }

  return {
    async round() {
      const due = ends.due()
      const failed = (error: unknown) => (target: Target) => {
        signal.throwIfAborted()
        return ends.fail(target, error)
      }
      try {
        for (const target of due) tracker.set(item, target, 'resolving')
        resolved ??= await resolve()
      } catch (error) {
        return Math.max(...due.map(failed(error)))
      }
      const image = resolved
      const waits: number[] = []
      const stale = due.map(async (target): Promise<Due[]> => {
        tracker.set(item, target, 'checking')
        try {
          const order = await compare(target, image)
          return order === undefined ? [] : [{ target, order }]
        } catch (error) {
          waits.push(failed(error)(target))
          return []
        }
      })
      const { prompt, late } = await splitPrompt(stale, { ms: PATIENCE_MS, clock })
      const copying = [
        copy(fromNearest(prompt.flat())),
        ...late.map(async (one) => copy(fromNearest(await one))),
      ]
      // After a signal, the copies still report what they sent.
      const ended = await Promise.allSettled(copying)
      signal.throwIfAborted()
      return Math.max(0, ...waits, ...ended.flatMap(settledValue))
    },
    wait() {
      for (const target of ends.due()) tracker.set(item, target, 'backing off')
    },
    reports: () => ends.reports(resolved),
  }
}

function settledValue<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}
