/**
 * Asks the source, once, what the list's words mean today: which tags, which digest behind each, which artifacts
 * belong to them. HEADs only, so that an unchanged image costs no counted pull.
 */

import type { ImageItem, Select } from '../contract.ts'
import type { Resolved, ResolvedTag } from '../documents.ts'
import { findArtifacts } from './artifacts.ts'
import { listTags, notFound, resolvePinned, resolveTags } from './resolve-tags.ts'
import { needsTagList, nothingSelected, selectTags } from './select-tags.ts'
import type { Source } from './source.ts'

export async function resolveImage(
  source: Source,
  { image, select }: Pick<ImageItem, 'image' | 'select'>,
  signal?: AbortSignal,
): Promise<Resolved> {
  const available = needsTagList(select) ? await listTags(source, signal) : undefined
  const tags = await resolveSelect(source, select, available, signal)
  const artifacts = await findArtifacts(source, tags, available, signal)
  const rateLimit = source.rateLimit()
  return { image, tags, artifacts, ...(rateLimit === undefined ? {} : { rateLimit }) }
}

async function resolveSelect(
  source: Source,
  select: Select,
  available: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<ResolvedTag[]> {
  const { digest, include, ifMoved } = select
  if (digest !== undefined) return resolvePinned(source, { tag: include[0], digest, ifMoved }, signal)
  const selected = selectTags(select, available)
  if (selected.exact.length + selected.found.length === 0) {
    throw notFound(nothingSelected(select, available, source.name))
  }
  return resolveTags(source, selected, available, signal)
}
