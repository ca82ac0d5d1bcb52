/** What one run does: from a list to image items, each with the waves of its targets. */
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { ImageItem } from '../contract.ts'
import type { List, Region } from '../list/config.ts'
import { type Entry, readEntry } from '../list/entry.ts'
import { type Narrowing, narrow } from './narrow.ts'
import { wavesOf } from './waves.ts'

export interface PlanRequest extends Narrowing {
  /** The list of this run: the configured one, or the one that came with the input. */
  readonly list: List
  /** What the input is called in errors. */
  readonly file: string
  /** This account, where it is known: an image of our own ECR is never copied onto itself. */
  readonly account?: string | undefined
  /** Set for a push. */
  readonly pushed?: Pushed | undefined
}

/** How a push is planned. */
export interface Pushed extends Pick<ImageItem, 'keepNewer' | 'conflict'> {
  /** `skip`: a tag that has moved on has a run of its own. `restore`: in the region of the push, too. */
  readonly ifMoved: 'skip' | 'restore'
}

/** @throws InvalidInput when `regions` or `only` name what is not in the list */
export function planItems(request: PlanRequest): ImageItem[] {
  const { list, file, account, pushed } = request
  const entries = list.images.map((entry) => readEntry(entry, list))
  const regions = narrow(entries, request, file)
  return entries.flatMap((entry, index) => {
    const sourceRegion = ownRegion(entry, account)
    const targets = (regions[index] ?? []).filter(
      (region) => pushed?.ifMoved === 'restore' || !isItself(entry, region, sourceRegion),
    )
    const home = list.home ?? list.regions[0]
    if (home === undefined || targets.length === 0) return []
    const own = sourceRegion === undefined ? {} : { sourceRegion }
    const waves = wavesOf(targets, { home, regions: entry.regions, ...own })
    const item = itemOf(entry, index, waves)
    return [pushed === undefined ? item : pushedItem(item, pushed)]
  })
}

function pushedItem(item: ImageItem, { ifMoved, ...settled }: Pushed): ImageItem {
  return { ...item, select: { ...item.select, ifMoved }, ...settled }
}

function itemOf(entry: Entry, index: number, waves: ImageItem['waves']): ImageItem {
  const { image, ref, select, repository, settings } = entry
  return {
    id: itemId(index, repository),
    image,
    source: { registry: ref.registry, repository: ref.repository },
    select,
    repository,
    settings,
    waves,
  }
}

/** By its place in the list, so that it stays the same when a run is narrowed: `00001-redis`. */
function itemId(index: number, repository: string): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1)
  const name = last.replace(/[^a-zA-Z0-9._-]/g, '-').slice(0, 60)
  return `${String(index + 1).padStart(5, '0')}-${name}`
}

/** The region of a source that is ECR in this account. */
function ownRegion({ ref }: Entry, account: string | undefined): string | undefined {
  const ecr = parseEcrHost(ref.registry)
  return ecr !== undefined && ecr.account === account ? ecr.region : undefined
}

function isItself({ ref, repository }: Entry, region: Region, sourceRegion: string | undefined): boolean {
  return region === sourceRegion && repository === ref.repository
}
