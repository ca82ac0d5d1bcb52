/** Explains a selection: which tags were dropped and why, and why too few are left. */
import type { Select } from '../../contract.ts'
import type { Resolved } from '../../documents.ts'
import { countText, plural } from '../../units.ts'
import { listed } from '../../words.ts'
import { isImageTag } from '../image-tags.ts'
import type { SelectedTags } from './select-tags.ts'
import { describeStage, MAX_SAMPLES, type SelectionCounts, someOf } from './stages.ts'

const MAX_SAMPLES_WIDTH = 100

/** Whether fewer tags are selected than `min`: upstream or the patterns have changed. */
export function isTooFew(
  { exact, found }: Pick<SelectedTags, 'exact' | 'found'>,
  { min = 1 }: Select,
): boolean {
  return exact.length + found.length < min
}

/** Explains an insufficient selection: an image must not be skipped silently. */
export function tooFewSelected(
  selected: SelectedTags,
  select: Select,
  available: readonly string[] | undefined,
  source: string,
): string {
  const count = selected.exact.length + selected.found.length
  const few = count === 1 ? `only 1 tag of ${source} matches` : `only ${count} tags of ${source} match`
  const what = count === 0 ? `no tag of ${source} matches` : few
  const least = count === 0 ? '' : `, but "tags.min" is ${select.min}`
  const why = available === undefined ? '' : `; ${whatThereIs(available, selected)}`
  return `${what} ${wanted(select)}${least}${why}${variantHint(selected, select)}`
}

/** `of the 400 tags of quay.io/a/b, 3 are selected; 12 are no versions, such as latest, edge; …`. */
export function describeSelection(
  { listed: all, selected, stages }: SelectionCounts,
  source: string,
): string {
  const dropped = stages.map((stage) => `; ${describeStage(stage)}`).join('')
  return `of the ${plural(all, 'tag')} of ${source}, ${countText(selected)} ${selected === 1 ? 'is' : 'are'} selected${dropped}`
}

/** Warns about tags that the author of the list may have expected among the versions. */
export function resemblingWarning(
  { resembling }: Pick<SelectedTags, 'resembling'>,
  source: string,
): string | undefined {
  if (resembling.length === 0) return undefined
  const tags = resembling.length === 1 ? 'tag resembles a version but is' : 'tags resemble versions but are'
  return `${source}: ${resembling.length} ${tags} none, and not selected: ${listed(resembling, MAX_SAMPLES_WIDTH)}; select such tags with "include" instead of "semver"`
}

/** Adds what each stage of the selection dropped as a note, for a dry run. */
export function withSelection(resolved: Resolved, source: string): Resolved {
  const { selection } = resolved
  if (selection === undefined || selection.stages.length === 0) return resolved
  return { ...resolved, notes: [describeSelection(selection, source)] }
}

function wanted({ include, semver, variant, exclude }: Select): string {
  const patterns = include.length === 0 && semver === undefined && variant === undefined ? ['/.*/'] : include
  return [
    ...(patterns.length === 0 ? [] : [patterns.join(', ')]),
    ...(semver === undefined ? [] : [`semver ${semver.map((range) => `"${range}"`).join(' or ')}`]),
    ...(variant === undefined ? [] : [`variant ${variant.join(' or ')}`]),
    ...(exclude.length === 0 ? [] : [`excluding ${exclude.join(', ')}`]),
  ].join(' ')
}

function whatThereIs(available: readonly string[], { stages }: SelectionCounts): string {
  const tags = available.filter(isImageTag)
  if (tags.length === 0) return 'it has no tags'
  const count = plural(tags.length, 'tag')
  const dropped = stages.filter(({ stage }) => stage !== 'artifact')
  if (dropped.every(({ stage }) => stage === 'include'))
    return `it has ${count}${someOf(tags.slice(0, MAX_SAMPLES), tags.length)}`
  return `of its ${count}, ${dropped.map(describeStage).join('; ')}`
}

/** The most frequent surprise: `3.20.1-alpine` is a version of the variant `alpine`. */
function variantHint({ stages, found }: SelectedTags, { variant }: Select): string {
  if (variant !== undefined || found.length > 0 || !stages.some(({ stage }) => stage === 'variant')) return ''
  return '; a suffix is selected with "variant"'
}
