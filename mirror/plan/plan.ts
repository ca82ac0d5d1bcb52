/** Plans a run: turns a list into image items, each with its targets in waves. */
import { parseEcrHost } from '../../registry/ecr/ecr-host.ts'
import type { ImageItem } from '../contract.ts'
import type { List } from '../list/config.ts'
import { refuse } from '../list/document/problems.ts'
import { type Entry, readEntries } from '../list/entry.ts'
import { homeOf } from '../list/home.ts'
import { ownAccountTargets } from '../list/targets/own-account.ts'
import { isExpired } from '../list/time/expires.ts'
import { placeOf, placeOfSource, regionTarget, type Target } from '../target.ts'
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
  /** Decides which entries have expired. @default - the machine's clock */
  readonly now?: Date | undefined
}

/** How a push is planned. */
export interface Pushed extends Pick<ImageItem, 'keepNewer' | 'conflict'> {
  /** Whether an artifact was pushed by its digest. @default false */
  readonly isArtifact?: boolean
  /** `skip`: ignore a tag that has moved, which has its own run. `restore`: also write to the region of the push. */
  readonly ifMoved: 'skip' | 'restore'
}

/** Leaves out entries that have expired. @throws InvalidInput if `regions` or `only` contain names that are not in the list */
export function planItems(request: PlanRequest): ImageItem[] {
  const { list, file, account, pushed, now = new Date() } = request
  const own = ownAccountTargets(list, account)
  if (own.length > 0) refuse(file, own)
  const entries = identifiedEntries(list)
  const targetsOf = narrow(entries, request, file)
  const home = homeOf(list)
  return entries.flatMap((entry, position) => {
    const sourceRegion = ownRegion(entry, account)
    const source = placeOfSource(entry.ref, account)
    const isElsewhere = (target: Target): boolean => placeOf(target, entry.repository) !== source
    const targets = (targetsOf[position] ?? []).filter(
      (target) => pushed?.ifMoved === 'restore' || isElsewhere(target),
    )
    if (targets.length === 0 || isExpired(entry.expires, now)) return []
    const own = sourceRegion === undefined ? {} : { sourceRegion }
    const waves = wavesOf(targets, {
      home: home && regionTarget(home),
      all: entry.targets.filter(isElsewhere),
      ...own,
    })
    const item = itemOf(entry, waves)
    return [pushed === undefined ? item : pushedItem(item, pushed)]
  })
}

function pushedItem(item: ImageItem, { ifMoved, isArtifact, ...settled }: Pushed): ImageItem {
  return { ...item, select: { ...item.select, ifMoved, ...(isArtifact && { isArtifact }) }, ...settled }
}

/** An entry with the id of its item: `00001-redis`, and `00001.2-redis` for another repository of the same image. */
export type IdentifiedEntry = Entry & { readonly id: string }

export function identifiedEntries(list: List): IdentifiedEntry[] {
  return list.images.flatMap((image, index) => {
    const number = String(index + 1).padStart(5, '0')
    return readEntries(image, list).map((entry, part) => ({
      ...entry,
      id: itemId(part === 0 ? number : `${number}.${part + 1}`, entry),
    }))
  })
}

function itemOf(entry: IdentifiedEntry, waves: ImageItem['waves']): ImageItem {
  const { id, image, ref, select, repository, settings } = entry
  return {
    id,
    image,
    source: { registry: ref.registry, repository: ref.repository },
    select,
    repository,
    settings,
    waves,
  }
}

/** Numbered by its position in the list, so that it stays the same in a restricted run: `00001-redis`. */
function itemId(number: string, { repository }: Entry): string {
  const last = repository.slice(repository.lastIndexOf('/') + 1)
  const name = last.replace(/[^a-zA-Z0-9._-]/g, '-').slice(0, 60)
  return `${number}-${name}`
}

/** Returns the region of a source in this account's ECR. */
function ownRegion({ ref }: Entry, account: string | undefined): string | undefined {
  const ecr = parseEcrHost(ref.registry)
  return ecr !== undefined && ecr.account === account ? ecr.region : undefined
}
