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

/** Whether so few are left that something is wrong: at the source, or with the patterns. */
export function isTooFew({ exact, found }: SelectedTags, { min = 1 }: Select): boolean {
  return exact.length + found.length < min
}

/** What to say then: an image that is silently not mirrored helps nobody. */
export function tooFewSelected(
  { exact, found }: SelectedTags,
  select: Select,
  available: readonly string[] | undefined,
  source: string,
): string {
  const count = exact.length + found.length
  const wanted = select.include.length === 0 ? 'any' : select.include.join(', ')
  const but = select.exclude.length === 0 ? '' : `, without ${select.exclude.join(', ')}`
  const few = count === 1 ? `only 1 tag of ${source} is` : `only ${count} tags of ${source} are`
  const what = count === 0 ? `no tag of ${source} is` : few
  const least = count === 0 ? '' : `, and "tags.min" is ${select.min}`
  return `${what} wanted by ${wanted}${but}${least}${available === undefined ? '' : `: ${whatThereIs(available)}`}`
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
