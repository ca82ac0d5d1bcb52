/** Selects the tags of an image and resolves them. Immutable tags of earlier runs are recalled instead of requested. */
import type { Select } from '../contract.ts'
import type { ResolvedTag } from '../documents.ts'
import { notFound } from './list-tags.ts'
import { resolvePinned } from './pin.ts'
import { type Resolution, type ResolveTagsOptions, resolveSome, resolveTags } from './resolve-tags.ts'
import { isTooFew, resemblingWarning, tooFewSelected } from './select/describe.ts'
import { type ReadDates, selectTags } from './select/select-tags.ts'
import type { Recalled } from './select/settled.ts'
import type { SelectionCounts } from './select/stages.ts'
import type { Source } from './source.ts'

export interface WantedTags extends Resolution {
  /** Immutable tags that the source was not asked for. */
  readonly recalled: readonly ResolvedTag[]
  /** The selected tags in the order of the selection. */
  readonly order: readonly string[]
  /** How the tags were selected, if the source listed its tags. */
  readonly selection?: SelectionCounts
}

export interface WantedOptions extends ResolveTagsOptions {
  readonly recall: (tags: readonly string[]) => Recalled
  readonly readDates: ReadDates
}

export async function wantedTags(
  source: Source,
  select: Select,
  options: WantedOptions,
): Promise<WantedTags> {
  const { available, recall, readDates, signal } = options
  const { digest, include, ifMoved } = select
  if (digest !== undefined) {
    const pin = { tag: include[0], digest, ifMoved }
    return { ...(await resolvePinned(source, pin, signal)), recalled: [], order: [] }
  }
  const selected = await selectTags(select, available, readDates)
  if (isTooFew(selected, select)) throw notFound(tooFewSelected(selected, select, available, source.name))
  const order = [...selected.exact, ...selected.found]
  const { tags: recalled, others } = recall(order)
  const asked = new Set(others)
  const left = {
    exact: selected.exact.filter((tag) => asked.has(tag)),
    found: selected.found.filter((tag) => asked.has(tag)),
  }
  const resolution = await (recalled.length === 0 ? resolveTags : resolveSome)(source, left, options)
  if (available === undefined) return { ...resolution, recalled, order }
  const { listed, stages, selected: count } = selected
  const warning = resemblingWarning(selected, source.name)
  return {
    ...resolution,
    recalled,
    order,
    warnings: [...(warning === undefined ? [] : [warning]), ...resolution.warnings],
    selection: { listed, stages: [...stages], selected: count },
  }
}
