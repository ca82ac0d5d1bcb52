/** Executes one work order: opens its repositories and copies its tags to the target before the deadline. */
import { startDeadline } from '../copy/deadline.ts'
import { copyJob, type JobEnd, type JobTarget } from '../copy/job.ts'
import type { OpenPlace } from '../copy/places.ts'
import type { Meter } from '../copy/progress.ts'
import type { Place, WorkOrder } from '../mirror/documents.ts'
import { formOf } from '../mirror/platforms/form.ts'
import { servingMade } from '../mirror/platforms/serve.ts'
import { openTarget } from '../mirror/target.ts'
import { type Clock, systemClock } from '../registry/model/clock.ts'
import { type Credentials, isEcr, type Registries, type Repository } from '../registry/model/registry.ts'

export interface SyncDependencies {
  readonly registries: Registries
  readonly readCredentials: (secret: string) => Promise<Credentials>
  readonly clock?: Clock
  readonly meter?: Meter
  /** Number of jobs that may write to the target's region concurrently, including this one. @default 1 */
  readonly writers?: number
  /** In milliseconds since the epoch; the next job copies what is left then. @default - none */
  readonly deadline?: number
  /** Called with the target repository before the first write. */
  readonly onTarget?: (target: Repository) => void
}

export async function syncOrder(order: WorkOrder, dependencies: SyncDependencies): Promise<JobEnd> {
  const { clock = systemClock, writers = 1 } = dependencies
  using deadline = startDeadline(dependencies.deadline, clock)
  const nearest = order.readFrom.map((place) => openerOf(place, dependencies))
  const from = nearest.map((open, index) => (index < nearest.length - 1 ? open : madeAt(open, order)))
  const options = { signal: deadline.signal, clock, writers, looksBack: true }
  const [end] = await copyJob(from, [targetOf(order, dependencies)], order, options)
  return end as JobEnd
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
function madeAt(open: OpenPlace, { tags, settings }: WorkOrder): OpenPlace {
  return async () => servingMade(await open(), { form: formOf(settings), tags })
}

function targetOf(
  { target, repository: name, settings }: WorkOrder,
  { meter, onTarget, ...access }: SyncDependencies,
): JobTarget {
  return {
    meter,
    async open(signal) {
      const repository = await openTarget(target, name, access)
      if (isEcr(repository)) await repository.ensure(settings.repositories, signal)
      onTarget?.(repository)
      return repository
    },
  }
}
