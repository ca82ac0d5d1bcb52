/** Reads one entry of the list and applies all defaults. */
import type { ImageRef, RepositoryRef } from '../../registry/model/reference.ts'
import type { Select } from '../contract.ts'
import { regionTarget, type Target } from '../target.ts'
import { type Image, type ImageEntry, type ImageSettings, imageSettingsSchema, type List } from './config.ts'
import { targetRepository } from './names.ts'
import { parseSource } from './namespaces/namespace.ts'
import { mergeSettings } from './repositories/schema.ts'
import { DEFAULT_SCHEDULE } from './schedule.ts'
import { selectsTags, type Tags } from './tags/schema.ts'
import { type AccountTarget, REGIONS_TARGET, type RegistryTarget } from './targets/schema.ts'
import { nameAt, render } from './targets/template.ts'
import { namesByRepository } from './targets/to.ts'
import { type Expiry, expiryOf } from './time/expires.ts'

export interface Entry {
  /** The source as written in the list. */
  readonly image: string
  readonly ref: ImageRef
  readonly select: Select
  readonly repository: string
  readonly targets: readonly Target[]
  readonly settings: ImageSettings
  /** Its schedule expression. */
  readonly schedule: string
  /** @default - it does not expire */
  readonly expires?: Expiry | undefined
}

/** The part of the list that an entry depends on. */
export type EntryContext = Pick<
  List,
  'regions' | 'targets' | 'prefix' | 'defaults' | 'schedule' | 'repositories'
>

export function longForm(entry: ImageEntry): Image {
  return typeof entry === 'string' ? { source: entry } : entry
}

/**
 * An entry of the list is several entries if its image gets several repositories.
 * @throws InvalidReference if `source` is not a reference; check-list.ts reports all other problems
 */
export function readEntries(given: ImageEntry, list: EntryContext): Entry[] {
  const image = longForm(given)
  if (image.to === undefined) return [readImage(image, list)]
  const source = pathOf(parseSource(image.source))
  const to = image.to.map((name) => render(name, source))
  return [...namesByRepository(to)].map(([repository, names]) => {
    const entry = readImage({ ...image, repository }, list)
    return names.every((name) => name === null) ? entry : { ...entry, select: { ...entry.select, names } }
  })
}

/** Reads what all entries of an image have in common: the source, its tags, targets and settings. */
export function readEntry(given: ImageEntry, list: EntryContext): Entry {
  return readImage(longForm(given), list)
}

function readImage(entry: Image, list: EntryContext): Entry {
  const { prefix, defaults } = list
  const ref = parseSource(entry.source)
  const source = pathOf(ref)
  const own = entry.repository === undefined ? undefined : render(entry.repository, source)
  const shared = defaults?.repository === undefined ? undefined : render(defaults.repository, source)
  return {
    image: entry.source,
    ref,
    select: selectOf(ref, entry.tags, defaults?.tags),
    repository: own ?? shared ?? targetRepository(ref, prefix),
    targets: targetsOf(entry, { ...source, repository: own ?? source.repository }, list),
    schedule: entry.schedule ?? list.schedule ?? DEFAULT_SCHEDULE,
    settings: settingsOf(entry, list),
    ...(entry.expires === undefined ? {} : { expires: expiryOf(entry.expires) }),
  }
}

/** The source, with its path as targets have it. */
function pathOf(ref: ImageRef): RepositoryRef {
  return { registry: ref.registry, repository: targetRepository(ref) }
}

/**
 * The targets that an image or the list's `push` chooses.
 * @param named - the source's host, and the repository's name without the prefix
 */
export function targetsOf(
  { regions, targets }: Pick<Image, 'regions' | 'targets'>,
  named: RepositoryRef,
  { defaults, ...list }: EntryContext,
): Target[] {
  const names = targets ?? defaults?.targets ?? [REGIONS_TARGET]
  return names.flatMap((name) => {
    if (name === REGIONS_TARGET) return (regions ?? defaults?.regions ?? list.regions).map(regionTarget)
    const other = list.targets?.[name]
    if (other === undefined) return []
    return 'account' in other ? accountTargets(name, other, named) : [registryTarget(name, other, named)]
  })
}

/** All targets of a list, whether images choose them or not. The names of their repositories mean nothing. */
export function allTargets(list: Pick<List, 'regions' | 'targets'>): Target[] {
  const names = [REGIONS_TARGET, ...Object.keys(list.targets ?? {})]
  // Not the regions of `defaults`: an image may choose others.
  const chosen = { targets: names, regions: list.regions }
  return targetsOf(chosen, { registry: '', repository: 'any' }, { ...list, repositories: {} })
}

function accountTargets(name: string, target: AccountTarget, named: RepositoryRef): Target[] {
  const { regions, namespace, repository: template, ...account } = target
  const renamed =
    namespace === undefined && template === undefined ? {} : { repository: nameAt(target, named) }
  return regions.map((region) => ({
    id: `${name}/${region}`,
    kind: 'account',
    region,
    ...account,
    ...renamed,
  }))
}

function registryTarget(id: string, target: RegistryTarget, named: RepositoryRef): Target {
  const { registry, credentials } = target
  const repository = nameAt(target, named)
  return { id, kind: 'registry', registry, repository, ...(credentials && { credentials }) }
}

/** Drops keys that do not travel: names, places, schedules. */
const settled = imageSettingsSchema.strip()

/** Settings of the image override defaults, key by key. */
function settingsOf(own: Image, { defaults, repositories }: EntryContext): ImageSettings {
  return settled.parse({
    ...defaults,
    ...withoutUndefined(own),
    repositories: mergeSettings(repositories, own.repositories),
  })
}

/** A construct's props may have keys without a value. */
function withoutUndefined<T extends object>(keys: T): Partial<T> {
  return Object.fromEntries(Object.entries(keys).filter(([, value]) => value !== undefined)) as Partial<T>
}

/**
 * In order of precedence: the image's `tags`, the tag in its reference, the defaults, `latest`. Keys that select no tags
 * apply in any case, the image's before those of the defaults.
 */
function selectOf(ref: ImageRef, own: Tags | undefined, defaults: Tags | undefined): Select {
  if (own !== undefined && selectsTags(own)) return selectTagsOf(own)
  const exact = ref.tag === undefined ? [] : [ref.tag]
  if (ref.digest !== undefined) return { include: exact, exclude: [], digest: ref.digest }
  const { immutable = defaults?.immutable, missingOnly = defaults?.missingOnly } = own ?? {}
  const others = { immutable, missingOnly }
  if (ref.tag !== undefined) return selectTagsOf({ ...others, include: exact })
  const chosen = defaults !== undefined && selectsTags(defaults)
  return selectTagsOf({ ...others, ...(chosen ? defaults : { include: ['latest'] }) })
}

/** `exclude` or a range alone selects among all tags: an empty `include`. */
export function selectTagsOf({ include = [], exclude = [], semver, variant, ...others }: Tags): Select {
  return {
    include,
    exclude,
    ...(semver === undefined ? {} : { semver: [semver].flat() }),
    ...(variant === undefined ? {} : { variant: [variant].flat() }),
    ...withoutUndefined(others),
  }
}
