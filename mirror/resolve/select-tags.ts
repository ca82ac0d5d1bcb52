/** Selects tags of a source by the patterns of the list. */
import type { Select } from '../contract.ts'
import { isRegex, parseTagPattern } from '../list/tag-pattern.ts'
import { isImageTag } from './image-tags.ts'

export interface SelectedTags {
  /** Named in the list: the source must have them, whatever its tag list contains. */
  readonly exact: readonly string[]
  /** Matched by a pattern, sorted. */
  readonly found: readonly string[]
}

/** Exact tags are requested one by one; only patterns need the tag list. */
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

/** Whether fewer tags are selected than `min`: upstream or the patterns have changed. */
export function isTooFew({ exact, found }: SelectedTags, { min = 1 }: Select): boolean {
  return exact.length + found.length < min
}

/** Explains an insufficient selection: an image must not be skipped silently. */
export function tooFewSelected(
  { exact, found }: SelectedTags,
  select: Select,
  available: readonly string[] | undefined,
  source: string,
): string {
  const count = exact.length + found.length
  const wanted = select.include.length === 0 ? '/.*/' : select.include.join(', ')
  const but = select.exclude.length === 0 ? '' : ` excluding ${select.exclude.join(', ')}`
  const few = count === 1 ? `only 1 tag of ${source} matches` : `only ${count} tags of ${source} match`
  const what = count === 0 ? `no tag of ${source} matches` : few
  const least = count === 0 ? '' : `, but "tags.min" is ${select.min}`
  return `${what} ${wanted}${but}${least}${available === undefined ? '' : `: ${whatThereIs(available)}`}`
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
