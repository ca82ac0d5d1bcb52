/** Which tags of a source are wanted: from the words of the list to the tags themselves. */
import type { Select } from '../contract.ts'
import { isRegex, parseTagPattern } from '../list/tag-pattern.ts'
import { isImageTag } from './image-tags.ts'

export interface SelectedTags {
  /** Spelt out in the list: the source must have them, whatever its tag list says. */
  readonly exact: readonly string[]
  /** Found by a pattern, sorted. */
  readonly found: readonly string[]
}

/** Exact tags are asked for one by one; only patterns need to know what tags there are. */
export function needsTagList(select: Select): boolean {
  return wantsAll(select) || select.include.some(isRegex)
}

export function selectTags(select: Select, available: readonly string[] = []): SelectedTags {
  const included = select.include.map((text) => parseTagPattern(text))
  const excluded = select.exclude.map((text) => parseTagPattern(text))
  const stays = (tag: string) => !excluded.some((pattern) => pattern.matches(tag))
  const exact = included.flatMap((pattern) => pattern.exact ?? []).filter(stays)
  const patterns = included.filter((pattern) => pattern.exact === undefined)
  const found = available.filter(
    (tag) =>
      !exact.includes(tag) &&
      isImageTag(tag) &&
      (wantsAll(select) || patterns.some((pattern) => pattern.matches(tag))) &&
      stays(tag),
  )
  return { exact: [...new Set(exact)], found: [...new Set(found)].sort() }
}

/** What to say when the patterns leave nothing: an image that is silently not mirrored helps nobody. */
export function nothingSelected(
  select: Select,
  available: readonly string[] | undefined,
  source: string,
): string {
  const wanted = select.include.length === 0 ? 'any' : select.include.join(', ')
  const but = select.exclude.length === 0 ? '' : `, without ${select.exclude.join(', ')}`
  return `no tag of ${source} is wanted by ${wanted}${but}${available === undefined ? '' : `: ${whatThereIs(available)}`}`
}

function whatThereIs(available: readonly string[]): string {
  const tags = available.filter(isImageTag)
  return tags.length === 0
    ? 'it has no tags'
    : `it has ${tags.length}, such as ${tags.slice(0, 5).join(', ')}`
}

function wantsAll({ include, digest }: Select): boolean {
  return include.length === 0 && digest === undefined
}
