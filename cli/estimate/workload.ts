/** Turns a list, and the report of a run if there is one, into the workload to price. */
import { ASSUMED } from '../../estimate/assumed.ts'
import { DEFAULT_CONCURRENCY, type ImageLoad, type PairLoad, type Workload } from '../../estimate/workload.ts'
import { hasArmBuilds } from '../../mirror/arm-builds.ts'
import type { ImageItem } from '../../mirror/contract.ts'
import type { PairReport } from '../../mirror/documents.ts'
import type { List } from '../../mirror/list/config.ts'
import { placesOf } from '../../mirror/list/elsewhere/place.ts'
import { allTargets } from '../../mirror/list/entry.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { isNamespace } from '../../mirror/list/namespaces/namespace.ts'
import { DEFAULT_SCHEDULE } from '../../mirror/list/schedule.ts'
import { isExpired } from '../../mirror/list/time/expires.ts'
import { deletingKey } from '../../mirror/list/time/may-prune.ts'
import { startsPerMonth } from '../../mirror/list/time/starts.ts'
import { type IdentifiedEntry, identifiedEntries, planItems } from '../../mirror/plan/plan.ts'
import { wantedPlatforms } from '../../mirror/platforms/platform.ts'
import { repositoryAt, type Target } from '../../mirror/target.ts'
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { EstimateOptions } from './command.ts'
import { fixturesOf, schedulesOf, usesKms } from './fixtures.ts'
import { completed, type MeasuredPair, measuredOf } from './measured.ts'
import { PRICED_REGION, placeOf } from './place.ts'
import type { MeasuredRun } from './read-report.ts'

/** A workload, and what it counts and leaves out. */
export interface Priced {
  readonly work: Workload
  /** Pairs whose bytes were measured, there or at another target of the image. */
  readonly measured: number
  /** Pairs whose storage was measured, there or at another target of the image. */
  readonly stored: number
  /** Pairs of the report that the list no longer has. */
  readonly gone: number
  /** Pairs of the report for which the list has no entry of their own: of `imagesFrom`, and of sources with a `*`. */
  readonly found: number
  /** Entries that have expired. */
  readonly expired: number
  /** Sources with a `*` that count as one image, because no report says what they stand for. */
  readonly namespaces: number
}

export interface PricedRequest extends EstimateOptions {
  readonly run?: MeasuredRun | undefined
  readonly now: Date
}

export function workloadOf(list: List, { run, now, ...options }: PricedRequest): Priced {
  const entries = identifiedEntries(list)
  const live = new Map(
    entries.filter(({ expires }) => !isExpired(expires, now)).map((entry) => [entry.id, entry]),
  )
  const items = planItems({ list, file: options.list, now })
  const reported = reportedPairs(run)
  const parts: Parts = { list, options, reported }
  const single = items.filter(({ source }) => !isNamespace(source))
  const images = single.flatMap((item) => imageLoad(item, live.get(item.id), parts))
  const namespaces = items.filter(({ source }) => isNamespace(source))
  const members = namespaces.flatMap((item) => memberLoads(item, live.get(item.id), parts))
  const empty = namespaces.filter((item) => !members.some(({ id }) => id === item.id))
  const others = placesOf(list).length === 0 ? [] : loadsElsewhere(parts)
  const all = [
    ...images,
    ...members,
    ...empty.flatMap((item) => imageLoad(item, live.get(item.id), parts)),
    ...others,
  ]
  const { runs, changes, builds, compute } = options
  const instances = hasArmBuilds(homeOf(list) ?? PRICED_REGION) ? 'arm' : 'x86'
  const starts = [...schedulesOf(list)].map(startsPerMonth)
  return {
    work: {
      images: all.map(({ load }) => load),
      runsPerMonth: runs ?? starts.reduce((sum, count) => sum + count, 0),
      changesPerMonth: changes,
      compute: compute === 'lambda' ? 'lambda' : instances,
      concurrency: { ...DEFAULT_CONCURRENCY, builds: Math.max(1, builds) },
      fixtures: fixturesOf(list, [...live.values()]),
    },
    measured: all.reduce((sum, one) => sum + one.measured, 0),
    stored: all.reduce((sum, one) => sum + one.stored, 0),
    found: [...members, ...others].reduce((sum, { load }) => sum + load.pairs.length, 0),
    gone: reported.size,
    expired: entries.length - live.size,
    namespaces: empty.length,
  }
}

interface Parts {
  readonly list: List
  readonly options: EstimateOptions
  /** The pairs of the report that no image has claimed yet. */
  readonly reported: Map<string, PairReport>
}

interface Loaded {
  readonly id: string
  readonly load: ImageLoad
  readonly measured: number
  readonly stored: number
}

function reportedPairs(run: MeasuredRun | undefined): Map<string, PairReport> {
  return new Map(run?.pairs.map((pair) => [keyOf(pair), pair]))
}

function keyOf({ image, target, repository }: Pick<PairReport, 'image' | 'target' | 'repository'>): string {
  return JSON.stringify([image, target, repository])
}

function take(reported: Map<string, PairReport>, key: string): MeasuredPair {
  const pair = reported.get(key)
  reported.delete(key)
  return pair === undefined ? {} : measuredOf(pair)
}

/** An image of the list. Its targets are in the order of a run: the first reads from the source. */
function imageLoad(item: ImageItem, entry: IdentifiedEntry | undefined, parts: Parts): Loaded[] {
  if (entry === undefined) return []
  const targets = item.waves.flatMap((wave) => wave.targets)
  const measured = targets.map((target) => {
    const repository = repositoryAt(target, item.repository)
    return take(parts.reported, keyOf({ image: item.image, target: target.id, repository }))
  })
  return [loadOf(item.id, targets, measured, { ...parts, entry })]
}

/** The images that a source with a `*` stands for, as the report has them. */
function memberLoads(item: ImageItem, entry: IdentifiedEntry | undefined, parts: Parts): Loaded[] {
  if (entry === undefined) return []
  const beginning = `${item.source.registry}/${item.source.repository.slice(0, -1)}`
  const targets = item.waves.flatMap((wave) => wave.targets)
  return reportedImages(parts.reported, targets, (image) => image.startsWith(beginning)).map((pairs) =>
    loadOf(item.id, pairs.targets, pairs.measured, { ...parts, entry }),
  )
}

/** Images of places that the list names, as the report has them. They have the schedule of the list. */
function loadsElsewhere(parts: Parts): Loaded[] {
  const { list, reported } = parts
  const home = homeOf(list)
  const homeFirst = allTargets(list).toSorted(
    (one, other) => Number(other.id === home) - Number(one.id === home),
  )
  return reportedImages(reported, homeFirst, () => true).map((pairs) =>
    loadOf('', pairs.targets, pairs.measured, parts),
  )
}

interface ReportedImage {
  readonly targets: readonly Target[]
  readonly measured: readonly MeasuredPair[]
}

/** Takes images out of the report, with those of their pairs that go to one of the targets. */
function reportedImages(
  reported: Map<string, PairReport>,
  targets: readonly Target[],
  accepts: (image: string) => boolean,
): ReportedImage[] {
  const ids = new Set(targets.map(({ id }) => id))
  const pairs = [...reported.values()].filter(({ image, target }) => ids.has(target) && accepts(image))
  return [...Map.groupBy(pairs, ({ image }) => image).values()].map((group) => {
    const sorted = targets.flatMap((target) =>
      group.filter((pair) => pair.target === target.id).map((pair) => ({ target, pair })),
    )
    return {
      targets: sorted.map(({ target }) => target),
      measured: sorted.map(({ pair }) => take(reported, keyOf(pair))),
    }
  })
}

function loadOf(
  id: string,
  targets: readonly Target[],
  measured: readonly MeasuredPair[],
  { list, options, entry }: Parts & { readonly entry?: IdentifiedEntry },
): Loaded {
  // Images elsewhere have the settings that the list has for all.
  const settings = entry?.settings ?? { ...list.defaults, repositories: list.repositories }
  const platforms = wantedPlatforms(settings.platforms)?.length ?? ASSUMED.platforms
  const assumed = options.gb * Math.min(1, platforms / ASSUMED.platforms)
  const { encryption } = settings.repositories
  const whole = measured.map((pair) => completed(pair, measured))
  const pairs = targets.map((target, index): PairLoad => {
    const { changed = assumed, stored = assumed, buildSeconds } = whole[index] ?? {}
    return {
      place: placeOf(target, list),
      changed,
      stored,
      ...(buildSeconds === undefined ? {} : { buildSeconds }),
      ...(usesKms(encryption, target) ? { usesKms: true } : {}),
    }
  })
  const schedule = entry?.schedule ?? list.schedule ?? DEFAULT_SCHEDULE
  const region = entry === undefined ? undefined : parseEcrHost(entry.ref.registry)?.region
  return {
    id,
    load: {
      runsPerMonth: options.runs ?? startsPerMonth(schedule),
      ...(region !== undefined && region !== (homeOf(list) ?? PRICED_REGION)
        ? { fromOtherRegion: true }
        : {}),
      ...(deletingKey({ settings, expires: entry?.expires }) === undefined ? {} : { prunes: true }),
      pairs,
    },
    measured: whole.filter(({ changed }) => changed !== undefined).length,
    stored: whole.filter(({ stored }) => stored !== undefined).length,
  }
}
