/**
 * Selects the tags of an image and resolves them to digests that the source has. Immutable tags of earlier runs are
 * recalled instead of requested.
 */
import type { Select } from '../contract.ts'
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { notFound } from './list-tags.ts'
import { type Recalled, recallTags } from './memory/immutable-tags.ts'
import type { Memory } from './memory/memory.ts'
import { resolvePinned } from './pin.ts'
import { type Resolution, resolveSome, resolveTags } from './resolve-tags.ts'
import { createDates } from './select/dates.ts'
import { isTooFew, resemblingWarning, tooFewSelected } from './select/describe.ts'
import { type SelectedTags, selectTags } from './select/select-tags.ts'
import type { SelectionCounts } from './select/stages.ts'
import { settleDigests } from './settle-digests.ts'
import type { Source } from './source.ts'

export interface WantedTags {
  /** In the order of the selection. */
  readonly tags: readonly ResolvedTag[]
  /** Immutable tags among them that were not requested from the source. */
  readonly recalled: readonly ResolvedTag[]
  readonly failed: readonly FailedTag[]
  /** Digests of requested tags that the source has. */
  readonly confirmed: readonly string[]
  /** Digests of requested tags that could not be confirmed. */
  readonly uncertain: ReadonlySet<string>
  readonly warnings: readonly string[]
  /** How the tags were selected, if the source listed its tags. */
  readonly selection?: SelectionCounts
}

export interface WantedOptions {
  /** All tags of the source, if they were listed. */
  readonly available: readonly string[] | undefined
  /** Tags that an earlier try resolved; new ones are added. */
  readonly known: ResolvedTag[]
  readonly memory: Memory
  readonly signal: AbortSignal | undefined
}

export async function wantedTags(
  source: Source,
  select: Select,
  options: WantedOptions,
): Promise<WantedTags> {
  const { memory, signal } = options
  const { recalled, order, selection, ...requested } = await request(source, select, options)
  const { tags, uncertain } = await settleDigests(
    source,
    requested.tags,
    new Set(memory.earlier.digests),
    signal,
  )
  const digests = new Set(tags.map(({ digest }) => digest))
  return {
    tags: inOrder([...recalled, ...tags], order),
    recalled,
    failed: requested.failed,
    confirmed: [...digests].filter((digest) => !uncertain.has(digest)).sort(),
    uncertain,
    warnings: requested.warnings,
    ...(selection === undefined ? {} : { selection }),
  }
}

interface Requested extends Resolution {
  readonly recalled: readonly ResolvedTag[]
  /** The names of all selected tags. */
  readonly order: readonly string[]
  readonly selection?: SelectionCounts
}

async function request(source: Source, select: Select, options: WantedOptions): Promise<Requested> {
  const { available, known, memory, signal } = options
  const { digest, include, ifMoved } = select
  if (digest !== undefined) {
    const pin = { tag: include[0], digest, ifMoved }
    return { ...(await resolvePinned(source, pin, signal)), recalled: [], order: [] }
  }
  const recall = (tags: readonly string[]) => recallTags(select, tags, memory.earlier.immutable)
  const dates = createDates(source, { memory, recall, known, signal })
  const selected = await selectTags(select, available, dates.read)
  if (isTooFew(selected, select)) throw notFound(tooFewSelected(selected, select, available, source.name))
  const order = [...selected.exact, ...selected.found]
  const recalled = recall(order)
  const resolve = recalled.tags.length === 0 ? resolveTags : resolveSome
  const resolution = await resolve(source, without(recalled, selected), options)
  const resembling = resemblingWarning(selected, source.name)
  return {
    ...resolution,
    recalled: recalled.tags,
    order,
    warnings: [...dates.warnings, ...(resembling === undefined ? [] : [resembling]), ...resolution.warnings],
    ...(available === undefined ? {} : { selection: countsOf(selected) }),
  }
}

/** The selected tags that remain to be requested. */
function without(
  { others }: Recalled,
  { exact, found }: SelectedTags,
): Pick<SelectedTags, 'exact' | 'found'> {
  const remaining = new Set(others)
  return {
    exact: exact.filter((tag) => remaining.has(tag)),
    found: found.filter((tag) => remaining.has(tag)),
  }
}

function countsOf({ listed, stages, selected }: SelectedTags): SelectionCounts {
  return { listed, stages, selected }
}

/** Recalled tags stand where they would without being recalled. */
function inOrder(tags: readonly ResolvedTag[], order: readonly string[]): ResolvedTag[] {
  const positions = new Map(order.map((tag, index) => [tag, index]))
  const positionOf = ({ tag = '' }: ResolvedTag): number => positions.get(tag) ?? 0
  return [...tags].sort((one, other) => positionOf(one) - positionOf(other))
}
