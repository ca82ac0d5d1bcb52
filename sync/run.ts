/** Executes work orders: opens their repositories and copies their tags to the targets before the deadline. */
import { startDeadline } from '../copy/deadline.ts'
import { copyJob, type JobEnd, type JobTarget } from '../copy/job.ts'
import type { OpenPlace } from '../copy/places.ts'
import type { Meter } from '../copy/progress.ts'
import type { Session } from '../copy/session.ts'
import type { Place, WorkOrder } from '../mirror/documents.ts'
import { matchesAny } from '../mirror/list/names.ts'
import { backupName, backupOf } from '../mirror/list/time/backup.ts'
import { formOf } from '../mirror/platforms/form.ts'
import { servingMade } from '../mirror/platforms/serve.ts'
import { createSettings } from '../mirror/repositories/wanted.ts'
import { openTarget } from '../mirror/target.ts'
import { type Clock, systemClock } from '../registry/model/clock.ts'
import {
  type Credentials,
  isCreatable,
  type Registries,
  type Repository,
} from '../registry/model/registry.ts'

export interface SyncDependencies {
  readonly registries: Registries
  /** Undefined for the credentials that `registries` finds itself. */
  readonly readCredentials: (secret: string) => Promise<Credentials | undefined>
  readonly clock?: Clock
  readonly meter?: Meter
  /** Number of jobs that may write to the target's region concurrently, including this one. @default 1 */
  readonly writers?: number
  /** Stops the jobs; the remaining tags fail with its reason. @default - they cannot be stopped */
  readonly signal?: AbortSignal
  /** In milliseconds since the epoch; the next job copies what is left then. @default - none */
  readonly deadline?: number
  /** What the orders share with others of the process. @default - nothing */
  readonly session?: Session
  /**
   * The images' source, if this process has just resolved its tags and compared the targets: what the orders say about
   * targets is then not asked again. @default - opened from the orders' last place
   */
  readonly source?: Repository
  /** Called with each target's repository before the first write. */
  readonly onTarget?: (target: Repository) => void
}

/** Executes the order of one pair. */
export async function syncOrder(order: WorkOrder, dependencies: SyncDependencies): Promise<JobEnd> {
  const [end] = await syncOrders([order], dependencies)
  return end as JobEnd
}

/**
 * Executes the orders of one image for several targets with a single read of the source. All of them name the same
 * places to read from.
 * @returns the results in the order of the orders
 */
export async function syncOrders(
  orders: readonly [WorkOrder, ...WorkOrder[]],
  dependencies: SyncDependencies,
): Promise<JobEnd[]> {
  const { clock = systemClock, writers = 1, session, source } = dependencies
  using deadline = startDeadline(dependencies.deadline, clock)
  const [first] = orders
  const openers = first.readFrom.map((place) => openerOf(place, dependencies))
  const nearest = openers.slice(0, -1)
  const from = [...nearest, ...openers.slice(-1).map((open) => sourceOf(open, orders, source))]
  const signal =
    dependencies.signal === undefined
      ? deadline.signal
      : AbortSignal.any([deadline.signal, dependencies.signal])
  const options = { signal, clock, writers, looksBack: true, ...(session && { session }) }
  const targets = orders.map((order) => ({
    ...targetOf(order, dependencies),
    order,
    ...(source && { isNew: newIn(order) }),
  }))
  return copyJob(from, targets, first, options)
}

function openerOf(place: Place, access: SyncDependencies): OpenPlace {
  const { registries, readCredentials } = access
  return async () => {
    if ('target' in place) return openTarget(place.target, place.repository, access)
    const { registry, repository, credentials } = place
    const known = credentials === undefined ? undefined : await readCredentials(credentials)
    return registries.open({ registry, repository }, known)
  }
}

/** The source serves the indexes that Resolve made of its own, too. */
function sourceOf(
  open: OpenPlace,
  orders: readonly [WorkOrder, ...WorkOrder[]],
  source: Repository | undefined,
): Repository | OpenPlace {
  const serving = { form: formOf(orders[0].settings), tags: orders.flatMap((order) => order.tags) }
  if (source !== undefined) return servingMade(source, serving)
  return async () => servingMade(await open(), serving)
}

/** The order names the digests of the tags that it replaces. */
function newIn({ before = {} }: WorkOrder): JobTarget['isNew'] {
  const replaced = new Set(Object.keys(before))
  return (tag) => !replaced.has(tag)
}

function targetOf(
  { target, repository: name, settings }: WorkOrder,
  { meter, onTarget, ...access }: SyncDependencies,
): JobTarget {
  const backup = backupOf(settings.backup)
  const { immutableTags } = settings.repositories
  return {
    meter,
    // A push cannot overwrite an immutable tag, and every run would make another backup.
    backup: (tag, attempt) =>
      backup && mayMove(tag, immutableTags) ? backupName(backup.name, tag, new Date(), attempt) : undefined,
    async open(signal) {
      const repository = await openTarget(target, name, access)
      if (isCreatable(repository))
        await repository.ensure(createSettings(settings.repositories, target), signal)
      onTarget?.(repository)
      return repository
    },
  }
}

function mayMove(tag: string, immutable: WorkOrder['settings']['repositories']['immutableTags']): boolean {
  return typeof immutable === 'object' ? matchesAny(immutable.except, tag) : immutable !== true
}
