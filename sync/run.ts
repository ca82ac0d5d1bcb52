/** Does one work order: makes the target hold every tag of it, whatever happens to the others. */

import { attempt, type CopyContext } from '../copy/attempt.ts'
import { createLanes } from '../copy/blobs/lanes.ts'
import { type CopyRequest, type CopyResult, copyTag, summarise } from '../copy/copy.ts'
import { startDeadline } from '../copy/deadline.ts'
import { aboutSomethingElse, copyArtifacts } from '../copy/images/artifacts.ts'
import { movedMeanwhile, upstreamOf } from '../copy/images/moved.ts'
import { copyServed } from '../copy/images/served.ts'
import { createLimit } from '../copy/limit.ts'
import { type Refused, refusedIn, resultOf, type TagEnd, transientError } from '../copy/outcome.ts'
import { createPace } from '../copy/pace.ts'
import { createPlaces, type Places } from '../copy/places.ts'
import type { Meter } from '../copy/progress.ts'
import { createTarget } from '../copy/target.ts'
import { trafficOf } from '../copy/traffic.ts'
import type { Artifact, Place, ResolvedTag, SyncResult, WorkOrder } from '../mirror/documents.ts'
import { type Clock, systemClock } from '../registry/model/clock.ts'
import type { Digest } from '../registry/model/reference.ts'
import type { Credentials, EcrRepository, Registries, Repository } from '../registry/model/registry.ts'

export interface SyncDependencies {
  readonly registries: Registries
  readonly readCredentials: (secret: string) => Promise<Credentials>
  readonly clock?: Clock
  readonly meter?: Meter
  /** How many jobs may write to the target's region at the same time, this one included. @default 1 */
  readonly writers?: number
  /** Milliseconds since the epoch: what is not done by then is left to the next job. @default - none */
  readonly deadline?: number
  /** Told the repository that is written to, before anything is. */
  readonly onTarget?: (target: Repository) => void
}

export interface SyncEnd {
  readonly result: SyncResult
  /** Set where trying again may help: then the build has to fail. */
  readonly transient?: unknown
  /** Artifacts that could not be copied. */
  readonly refused: readonly Refused[]
}

/** Enough to keep the limiter busy; more would only hold more manifests in memory. */
const TAGS_AT_ONCE = 16

export async function syncOrder(order: WorkOrder, dependencies: SyncDependencies): Promise<SyncEnd> {
  const clock = dependencies.clock ?? systemClock
  const started = clock.now()
  using deadline = startDeadline(dependencies.deadline, clock)
  const places = openPlaces(order.readFrom, dependencies)
  const opened = await openTarget(order, dependencies, deadline.signal)
  const ends = opened.target
    ? await copyAll(order, contextOf(opened.target, places, dependencies, deadline.signal), clock)
    : failAll(order, opened.error)
  const requests = trafficOf(places.opened(), opened.target)
  const transient = transientError(ends)
  const result = resultOf(ends, (clock.now() - started) / 1000, requests, order)
  const refused = refusedIn(ends)
  return { result, refused, ...(transient === undefined ? {} : { transient }) }
}

/** An order may be for artifacts alone. */
function failAll({ tags, artifacts }: WorkOrder, error: unknown): TagEnd[] {
  const subjects = artifacts.map(({ subject }) => ({ tag: undefined, digest: subject, loose: true }))
  return (tags.length > 0 ? tags : subjects.slice(0, 1)).map((one) => ({ ...one, seconds: 0, error }))
}

function openPlaces(places: readonly Place[], { registries, readCredentials }: SyncDependencies): Places {
  return createPlaces(
    places.map((place) => async () => {
      if ('region' in place) return registries.ecr(place.region, place.repository)
      const { registry, repository, credentials } = place
      const known = credentials === undefined ? undefined : await readCredentials(credentials)
      return registries.open({ registry, repository }, known)
    }),
  )
}

type Opened = { readonly target: EcrRepository } | { readonly target?: never; readonly error: unknown }

/** A target that cannot be opened is how every tag ends, and no reason to end without a result. */
async function openTarget(
  { target, settings }: WorkOrder,
  { registries, onTarget }: SyncDependencies,
  signal: AbortSignal,
): Promise<Opened> {
  try {
    const repository = await registries.ecr(target.region, target.repository)
    await repository.ensure(settings.repositories, signal)
    onTarget?.(repository)
    return { target: repository }
  } catch (error) {
    return { error: signal.aborted ? signal.reason : error }
  }
}

function contextOf(
  target: EcrRepository,
  places: Places,
  { clock, meter, writers = 1 }: SyncDependencies,
  signal: AbortSignal,
): CopyContext {
  const company = { writers, isMet: () => target.traffic().throttled > 0 }
  return {
    places,
    target: createTarget(target, { pace: createPace(undefined, clock, company) }),
    limit: createLimit(),
    lanes: createLanes(() => target.traffic().bytesOut),
    signal,
    ...(meter === undefined ? {} : { meter }),
  }
}

async function copyAll(order: WorkOrder, context: CopyContext, clock: Clock): Promise<TagEnd[]> {
  const { tags, artifacts } = order
  const atOnce = createLimit({ requests: TAGS_AT_ONCE })
  const copyOne = (tag: ResolvedTag): Promise<TagEnd> =>
    atOnce(0, () => timed(tag, context, clock, () => copyAndLook(order, tag, context)))
  const ends = await Promise.all(tags.map(copyOne))
  const roots = tags.map(({ digest }) => digest)
  return [...ends, ...(await copyLoose(aboutSomethingElse(artifacts, roots), context, clock))]
}

/** Looks back at the source at the end: what was resolved is what was copied, but it may have moved meanwhile. */
async function copyAndLook(order: WorkOrder, tag: ResolvedTag, context: CopyContext): Promise<CopyResult> {
  const source = () => upstreamOf(order.readFrom, context.places.opened())
  const copy = (one: ResolvedTag) => copyTag(context, requestOf(one, order.artifacts))
  const result = await copyServed(tag, copy, source, context.signal)
  const upstream = source()
  if (result.status === 'present' || result.digest !== undefined || upstream === undefined) return result
  const moved = await context.limit(0, () => movedMeanwhile(upstream, tag, context.signal))
  return { ...result, warnings: [...result.warnings, ...moved] }
}

/** Artifacts of an image that is at the target already, or of a part of one. */
function copyLoose(artifacts: readonly Artifact[], context: CopyContext, clock: Clock): Promise<TagEnd[]> {
  const own = new Set(artifacts.map(({ digest }) => digest))
  const subjects = new Set(artifacts.map(({ subject }) => subject).filter((subject) => !own.has(subject)))
  const copyOne = (subject: string): Promise<CopyResult> =>
    attempt(context, async (started) =>
      summarise(started, true, await copyArtifacts(started, artifacts, subject as Digest)),
    )
  const endOf = async (digest: string): Promise<TagEnd> => ({
    ...(await timed({ digest }, context, clock, () => copyOne(digest))),
    loose: true,
  })
  return Promise.all([...subjects].map(endOf))
}

function requestOf(
  { tag, digest, mediaType, size, data }: ResolvedTag,
  artifacts: readonly Artifact[],
): CopyRequest {
  const root = { digest: digest as Digest, mediaType, size, ...(data === undefined ? {} : { data }) }
  return { root, artifacts, ...(tag === undefined ? {} : { tag }) }
}

/** Never throws: how it ended is data, so that one tag's failure does not stop the others. */
async function timed(
  { tag, digest }: { readonly tag?: string | undefined; readonly digest: string },
  { signal }: CopyContext,
  clock: Clock,
  work: () => Promise<CopyResult>,
): Promise<TagEnd> {
  const started = clock.now()
  const seconds = (): number => (clock.now() - started) / 1000
  try {
    signal?.throwIfAborted()
    const result = await work()
    return { tag, digest: result.digest ?? digest, seconds: seconds(), result }
  } catch (error) {
    return { tag, digest, seconds: seconds(), error: signal?.aborted ? signal.reason : error }
  }
}
