/** Resolves the selected tags, and records each tag that the source does not deliver with its reason. */
import type { FailedTag, ResolvedTag } from '../documents.ts'
import { describeFailedTags } from '../failed-tags.ts'
import { askTags } from './ask-tags.ts'
import { notFound } from './list-tags.ts'
import { explainMissing } from './missing-tags.ts'
import type { SelectedTags } from './select/select-tags.ts'
import type { Source } from './source.ts'

/** The tags that a source delivers, and those that it does not. */
export interface Resolution {
  readonly tags: readonly ResolvedTag[]
  readonly failed: readonly FailedTag[]
  /** Findings that do not fail the image. */
  readonly warnings: readonly string[]
}

export interface ResolveTagsOptions {
  /** All tags of the source, if they were listed. */
  readonly available?: readonly string[] | undefined
  /** Tags that an earlier try resolved; new ones are added. @default - none */
  readonly known?: ResolvedTag[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** @throws the failures of all tags as one error, if no tag remains */
export async function resolveTags(
  source: Source,
  selected: Pick<SelectedTags, 'exact' | 'found'>,
  options: ResolveTagsOptions = {},
): Promise<Resolution> {
  const resolution = await resolveSome(source, selected, options)
  const wanted = selected.exact.length + selected.found.length
  if (resolution.tags.length === 0 && wanted > 0) throw noneLeft(source, resolution, wanted)
  return resolution
}

/** Like `resolveTags`, but returns an empty result instead of throwing. */
export async function resolveSome(
  source: Source,
  selected: Pick<SelectedTags, 'exact' | 'found'>,
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

/** Without this error, a pair without tags would count as in sync. */
function noneLeft(source: Source, { failed, warnings }: Resolution, wanted: number): Error {
  if (failed.length === 0) return notFound(`no tag of ${source.name} remains: ${warnings.join('; ')}`)
  const { name, message } = describeFailedTags(failed, wanted)
  return Object.assign(new Error(message), { name })
}
