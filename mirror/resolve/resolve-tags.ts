/** From selected tags to what is behind them: what the source delivers, and what it does not, by name and reason. */
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { describeFailedTags } from '../failed-tags.ts'
import { askTags } from './ask-tags.ts'
import { notFound } from './list-tags.ts'
import { explainMissing } from './missing-tags.ts'
import type { SelectedTags } from './select-tags.ts'
import type { Source } from './source.ts'

/** What a source has of what is wanted. */
export interface Resolution {
  readonly tags: readonly ResolvedTag[]
  readonly failed: readonly FailedTag[]
  /** What people should know although nothing failed. */
  readonly warnings: readonly string[]
}

export interface ResolveTagsOptions {
  /** All tags of the source, if they were listed. */
  readonly available?: readonly string[] | undefined
  /** What an earlier try found out; what this one finds out is added. @default - nothing */
  readonly known?: ResolvedTag[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** @throws if none is left, the failures of all of them as one error */
export async function resolveTags(
  source: Source,
  selected: SelectedTags,
  options: ResolveTagsOptions = {},
): Promise<Resolution> {
  const resolution = await resolveSome(source, selected, options)
  const wanted = selected.exact.length + selected.found.length
  if (resolution.tags.length === 0 && wanted > 0) throw noneLeft(source, resolution, wanted)
  return resolution
}

/** The same, where it is no failure that none is left. */
export async function resolveSome(
  source: Source,
  selected: SelectedTags,
  { available, known = [], signal }: ResolveTagsOptions = {},
): Promise<Resolution> {
  const wanted = [...selected.exact, ...selected.found]
  const answers = await askTags(source, wanted, known, signal)
  const absent = answers.flatMap((answer) => ('absent' in answer ? [answer.absent] : []))
  const missing = await explainMissing(source, absent, selected, available, signal)
  const tags = answers.flatMap((answer) => ('resolved' in answer ? [answer.resolved] : []))
  const failed = answers.flatMap((answer) => ('failure' in answer ? [answer.failure] : []))
  return { tags, failed: [...missing.failed, ...failed], warnings: missing.warnings }
}

/** A pair with nothing to mirror would be in sync with nothing mirrored. */
function noneLeft(source: Source, { failed, warnings }: Resolution, wanted: number): Error {
  if (failed.length === 0) return notFound(`no tag of ${source.name} is left: ${warnings.join('; ')}`)
  const { name, message } = describeFailedTags(failed, wanted)
  return Object.assign(new Error(message), { name })
}
