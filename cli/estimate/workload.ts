/** Turns a list, and the report of a run if there is one, into the workload to price. */
import { DEFAULT_CONCURRENCY, type Workload } from '../../estimate/workload.ts'
import { hasArmBuilds } from '../../mirror/arm-builds.ts'
import type { ImageItem } from '../../mirror/contract.ts'
import type { List } from '../../mirror/list/config.ts'
import { placesOf } from '../../mirror/list/elsewhere/place.ts'
import { allTargets } from '../../mirror/list/entry.ts'
import { homeOf } from '../../mirror/list/home.ts'
import { isNamespace } from '../../mirror/list/namespaces/namespace.ts'
import { isExpired } from '../../mirror/list/time/expires.ts'
import { startsPerMonth } from '../../mirror/list/time/starts.ts'
import { type IdentifiedEntry, identifiedEntries, planItems } from '../../mirror/plan/plan.ts'
import { repositoryAt, type Target } from '../../mirror/target.ts'
import type { EstimateOptions } from './command.ts'
import { fixturesOf, schedulesOf } from './fixtures.ts'
import { type LoadedImage, loadOf } from './image-load.ts'
import { PRICED_REGION } from './place.ts'
import type { MeasuredRun } from './read-report.ts'
import { openReported, type Reported } from './reported.ts'

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
  const reported = openReported(run)
  const parts: Parts = { list, options, reported }
  const planned = planItems({ list, file: options.list, now }).flatMap((item) => {
    const entry = live.get(item.id)
    return entry === undefined ? [] : [{ item, entry }]
  })
  const isOfNamespace = ({ item }: PlannedImage): boolean => isNamespace(item.source)
  const single = planned.filter((one) => !isOfNamespace(one)).map((one) => imageLoad(one, parts))
  const namespaces = planned
    .filter(isOfNamespace)
    .map((one) => ({ planned: one, members: memberLoads(one, parts) }))
  const members = namespaces.flatMap((one) => one.members)
  const empty = namespaces.filter((one) => one.members.length === 0)
  const counted = empty.map((one) => imageLoad(one.planned, parts))
  const others = placesOf(list).length === 0 ? [] : loadsElsewhere(parts)
  const all = [...single, ...members, ...counted, ...others]
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
    gone: reported.left(),
    expired: entries.length - live.size,
    namespaces: empty.length,
  }
}

interface Parts {
  readonly list: List
  readonly options: EstimateOptions
  readonly reported: Reported
}

interface PlannedImage {
  readonly item: ImageItem
  readonly entry: IdentifiedEntry
}

/** An image of the list. Its targets are in the order of a run: the first reads from the source. */
function imageLoad({ item, entry }: PlannedImage, parts: Parts): LoadedImage {
  const targets = targetsOf(item)
  const measured = targets.map((target) => {
    const repository = repositoryAt(target, item.repository)
    return parts.reported.take({ image: item.image, target: target.id, repository })
  })
  return loadOf({ targets, measured }, entry, parts)
}

/** The images that a source with a `*` stands for, as the report has them. */
function memberLoads({ item, entry }: PlannedImage, parts: Parts): LoadedImage[] {
  const beginning = `${item.source.registry}/${item.source.repository.slice(0, -1)}`
  return parts.reported
    .takeImages(targetsOf(item), (image) => image.startsWith(beginning))
    .map((image) => loadOf(image, entry, parts))
}

/** Images of places that the list names, as the report has them. */
function loadsElsewhere(parts: Parts): LoadedImage[] {
  const { list, reported } = parts
  const home = homeOf(list)
  const homeFirst = allTargets(list).toSorted(
    (one, other) => Number(other.id === home) - Number(one.id === home),
  )
  return reported.takeImages(homeFirst, () => true).map((image) => loadOf(image, undefined, parts))
}

function targetsOf({ waves }: ImageItem): Target[] {
  return waves.flatMap(({ targets }) => targets)
}
