/**
 * Selects tags of a source as the list says, in this order: exact tags, patterns, versions, exceptions, the newest.
 * docs/selection.md explains it to users.
 */
import type { Select } from '../../contract.ts'
import { isRegex, parseTagPattern } from '../../list/tags/tag-pattern.ts'
import { isImageTag } from '../image-tags.ts'
import { createNewest } from './newest.ts'
import { countStages, type SelectionCounts } from './stages.ts'
import { newestFirst, resemblesVersion, type Version } from './version.ts'
import { createVersionFilter, wantsVersions } from './version-filter.ts'

export interface SelectedTags extends SelectionCounts {
  /** Named in the list: the source must have them, whatever its tag list contains. */
  readonly exact: readonly string[]
  /** Selected from the source's list: newest first with `latest`, by name otherwise. */
  readonly found: readonly string[]
  /** Tags that look like versions, but are none. */
  readonly resembling: readonly string[]
}

/** Creation dates of tags, in milliseconds since the epoch; a tag without one counts as oldest. */
export type ReadDates = (tags: readonly string[]) => Promise<ReadonlyMap<string, number>>

/** Exact tags are requested one by one; everything else needs the tag list. */
export function needsTagList(select: Select): boolean {
  return wantsListed(select) && select.digest === undefined
}

/** Whether a selection is more than the exact tags that it names. */
function wantsListed(select: Select): boolean {
  const { include } = select
  return include.length === 0 || include.some(isRegex) || wantsVersions(select)
}

/**
 * @param available - all tags of the source, each once
 * @param readDates - used with `latest` by date alone, for the tags that remain before it
 */
export async function selectTags(
  select: Select,
  available: readonly string[] = [],
  readDates: ReadDates = async () => new Map(),
): Promise<SelectedTags> {
  const included = select.include.map((text) => parseTagPattern(text))
  const excluded = select.exclude.map((text) => parseTagPattern(text))
  const stays = (tag: string) => !excluded.some((pattern) => pattern.matches(tag))
  const named = new Set(included.flatMap((pattern) => pattern.exact ?? []))
  const exact = new Set([...named].filter(stays))
  const patterns = included.filter((pattern) => pattern.exact === undefined)
  const isIncluded = (tag: string) =>
    wantsListed(select) && (patterns.length === 0 || patterns.some((pattern) => pattern.matches(tag)))
  const versionOf = wantsVersions(select) ? createVersionFilter(select) : undefined
  const { drop, stages } = countStages()
  const latest = createLatestStage(select, (tag) => drop('latest', tag))
  const resembling: string[] = []
  let listedExact = 0
  for (const tag of available) {
    if (exact.has(tag)) listedExact++
    else if (named.has(tag)) drop('exclude', tag)
    else if (!isImageTag(tag)) drop('artifact', tag)
    else if (!isIncluded(tag)) drop('include', tag)
    else {
      const version = versionOf?.(tag)
      if (version === 'notVersion' && resemblesVersion(tag)) resembling.push(tag)
      if (typeof version === 'string') drop(version, tag)
      else if (!stays(tag)) drop('exclude', tag)
      else latest.add(tag, version)
    }
  }
  const found = await latest.selected(readDates)
  return {
    exact: [...exact],
    found,
    listed: available.length,
    selected: listedExact + found.length,
    stages: stages(),
    resembling,
  }
}

interface LatestStage {
  add(tag: string, version: Version | undefined): void
  selected(readDates: ReadDates): Promise<readonly string[]>
}

/** The last stage: keeps the newest tags, or all in the order of their names. Holds no versions that are too old. */
function createLatestStage({ latest, by = 'version' }: Select, drop: (tag: string) => void): LatestStage {
  if (latest !== undefined && by === 'version') return newestVersions(latest, drop)
  const tags: string[] = []
  return {
    add: (tag) => tags.push(tag),
    async selected(readDates) {
      if (latest === undefined) return tags.sort()
      const dates = by === 'date' ? await readDates(tags) : undefined
      const dateOf = (tag: string) => dates?.get(tag) ?? 0
      tags.sort((one, other) => dateOf(other) - dateOf(one) || highestNameFirst(one, other))
      for (const tag of tags.slice(latest)) drop(tag)
      return tags.slice(0, latest)
    },
  }
}

/** Versions are compared only within one variant. */
function newestVersions(latest: number, drop: (tag: string) => void): LatestStage {
  type Candidate = { readonly tag: string; readonly version: Version }
  const byFamily = new Map<string, ReturnType<typeof createNewest<Candidate>>>()
  const order = (one: Candidate, other: Candidate) => newestFirst(one.version, other.version)
  return {
    add(tag, version) {
      if (version === undefined) return
      const newest = byFamily.get(version.family) ?? createNewest<Candidate>(latest, order)
      byFamily.set(version.family, newest)
      for (const dropped of newest.add({ tag, version })) drop(dropped.tag)
    },
    selected: async () =>
      [...byFamily.values()]
        .flatMap((newest) => newest.kept())
        .sort((one, other) => order(one, other) || (one.tag < other.tag ? -1 : 1))
        .map(({ tag }) => tag),
  }
}

const byName = new Intl.Collator('en', { numeric: true })

/** Numbers count as numbers: `nightly-10` comes before `nightly-9`. */
function highestNameFirst(one: string, other: string): number {
  return byName.compare(other, one) || (one < other ? 1 : -1)
}
