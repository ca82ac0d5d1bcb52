/**
 * Resolves an image at its source, once per run: its tags, their digests and artifacts. An unchanged image costs only
 * HEADs and lists, and no counted pull; a new index is read once.
 */

import { artifactsOfTags, chooseArtifacts, requireArtifacts } from '../artifacts/choose.ts'
import type { ImageItem, Select } from '../contract.ts'
import type { Resolved } from '../documents.ts'
import { findArtifacts } from './artifacts.ts'
import { listTags, notFound } from './list-tags.ts'
import { resolvePinned } from './pin.ts'
import { NOTHING_REMEMBERED, type Remembered } from './remembered.ts'
import { type Resolution, type ResolveTagsOptions, resolveTags } from './resolve-tags.ts'
import { isTooFew, needsTagList, selectTags, tooFewSelected } from './select-tags.ts'
import { settleDigests } from './settle-digests.ts'
import type { Source } from './source.ts'

export interface ResolveOptions extends Pick<ResolveTagsOptions, 'known' | 'signal'> {
  /** Cached knowledge of earlier runs about its artifacts. @default - none */
  readonly remembered?: Remembered | undefined
  /** Stores the knowledge for the next run. */
  readonly remember?: (remembered: Remembered) => Promise<void>
  /** Milliseconds since the epoch. @default - now */
  readonly now?: number
}

/** The part of an image item that Resolve uses. */
export interface Wanted extends Pick<ImageItem, 'image' | 'select'> {
  /** @default - none */
  readonly settings?: Pick<ImageItem['settings'], 'artifacts'>
}

export async function resolveImage(
  source: Source,
  { image, select, settings = {} }: Wanted,
  { known, remembered = NOTHING_REMEMBERED, remember, now, signal }: ResolveOptions = {},
): Promise<Resolved> {
  const available = needsTagList(select) ? await listTags(source, signal) : undefined
  const { failed, ...selected } = await resolveSelect(source, select, { available, known, signal })
  const tags = await settleDigests(source, selected.tags, new Set(remembered.digests), signal)
  const found = await findArtifacts(source, tags, { available, remembered, now, signal })
  const rateLimit = source.rateLimit()
  const digests = [...new Set(tags.map(({ digest }) => digest))].sort()
  await remember?.({ digests, ...found.remembered })
  const complete = requireArtifacts(tags, { ...found, name: source.name, rules: settings.artifacts })
  const failures = [...failed, ...complete.failed]
  const artifacts = chooseArtifacts(artifactsOfTags(found.artifacts, complete.tags), settings.artifacts)
  const warnings = [...selected.warnings, ...(found.warning === undefined ? [] : [found.warning])]
  return {
    image,
    tags: complete.tags.map((tag) => ({ ...tag, ...found.read.get(tag.digest) })),
    artifacts: [...artifacts],
    ...(failures.length === 0 ? {} : { failed: failures }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

async function resolveSelect(
  source: Source,
  select: Select,
  options: ResolveTagsOptions,
): Promise<Resolution> {
  const { digest, include, ifMoved } = select
  if (digest !== undefined) {
    return resolvePinned(source, { tag: include[0], digest, ifMoved }, options.signal)
  }
  const selected = selectTags(select, options.available)
  if (isTooFew(selected, select)) {
    throw notFound(tooFewSelected(selected, select, options.available, source.name))
  }
  return resolveTags(source, selected, options)
}
