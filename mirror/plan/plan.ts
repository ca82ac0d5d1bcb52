/** Plans a run: turns a list into image items, each with its targets in waves. */
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { ImageItem } from '../contract.ts'
import type { List } from '../list/config.ts'
import { type Entry, readEntry } from '../list/entry.ts'
import { regionTarget, repositoryAt, type Target } from '../target.ts'
import { type Narrowing, narrow } from './narrow.ts'
import { wavesOf } from './waves.ts'

export interface PlanRequest extends Narrowing {
  /** The list of this run: the configured one, or one from the input. */
  readonly list: List
  /** Name of the input in error messages. */
  readonly file: string
  /** This account, if known: an image in its ECR is never copied onto itself. */
  readonly account?: string | undefined
  /** Set for a push. */
  readonly pushed?: Pushed | undefined
}

/** How a push is planned. */
export interface Pushed extends Pick<ImageItem, 'keepNewer' | 'conflict'> {
  /** `skip`: ignore a tag that has moved, which has its own run. `restore`: also write to the region of the push. */
  readonly ifMoved: 'skip' | 'restore'
}

/** @throws InvalidInput if `regions` or `only` contain names that are not in the list */
export function planItems(request: PlanRequest): ImageItem[] {
  const { list, file, account, pushed } = request
  const entries = list.images.map((entry) => readEntry(entry, list))
  const targetsOf = narrow(entries, request, file)
  return entries.flatMap((entry, index) => {
    const sourceRegion = ownRegion(entry, account)
    const targets = (targetsOf[index] ?? []).filter(
      (target) => pushed?.ifMoved === 'restore' || !isItself(entry, target, sourceRegion),
    )
    const home = list.home ?? list.regions[0]
    if (home === undefined || targets.length === 0) return []
    const own = sourceRegion === undefined ? {} : { sourceRegion }
    const waves = wavesOf(targets, { home: regionTarget(home), all: entry.targets, ...own })
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

/** Numbered by its position in the list, so that it stays the same in a restricted run: `00001-redis`. */
function itemId(index: number, repository: string): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1)
  const name = last.replace(/[^a-zA-Z0-9._-]/g, '-').slice(0, 60)
  return `${String(index + 1).padStart(5, '0')}-${name}`
}

/** Returns the region of a source in this account's ECR. */
function ownRegion({ ref }: Entry, account: string | undefined): string | undefined {
  const ecr = parseEcrHost(ref.registry)
  return ecr !== undefined && ecr.account === account ? ecr.region : undefined
}

/** Whether the target would store the image in its own source. */
function isItself({ ref, repository }: Entry, target: Target, sourceRegion: string | undefined): boolean {
  const isSource =
    target.kind === 'region' ? target.region === sourceRegion : target.registry === ref.registry
  return isSource && repositoryAt(target, repository) === ref.repository
}
