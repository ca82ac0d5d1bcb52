/**
 * Resolves an image at its source, once per run: its tags, their digests and artifacts. An unchanged image costs only
 * HEADs and lists, and no counted pull; a new index is read once.
 */

import { listedIn, type Manifest } from '../../registry/model/manifest.ts'
import { artifactsOfTags, chooseArtifacts, requireArtifacts } from '../artifacts/choose.ts'
import type { ImageItem, Select } from '../contract.ts'
import type { Resolved } from '../documents.ts'
import { chooseTags } from '../platforms/choose-tags.ts'
import { leftBehind } from '../platforms/left-behind.ts'
import { findArtifacts } from './artifacts.ts'
import { listTags, notFound } from './list-tags.ts'
import { resolvePinned } from './pin.ts'
import { entryOf, NOTHING_REMEMBERED, type Remembered } from './remembered.ts'
import { type Resolution, type ResolveTagsOptions, resolveTags } from './resolve-tags.ts'
import { isTooFew, resemblingWarning, tooFewSelected } from './select/describe.ts'
import { needsTagList, selectTags } from './select/select-tags.ts'
import type { SelectionCounts } from './select/stages.ts'
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
  readonly settings?: Partial<ImageItem['settings']>
}

export async function resolveImage(
  source: Source,
  { image, select, settings = {} }: Wanted,
  { known, remembered = NOTHING_REMEMBERED, remember, now, signal }: ResolveOptions = {},
): Promise<Resolved> {
  const available = needsTagList(select) ? await listTags(source, signal) : undefined
  const { failed, selection, ...selected } = await resolveSelect(source, select, {
    available,
    known,
    signal,
  })
  const settled = await settleDigests(source, selected.tags, new Set(remembered.digests), signal)
  const chosen = await chooseTags(source, { tags: settled, failed }, settings, {
    remembered: remembered.decisions,
    keep: async (decisions, made) => remember?.({ ...withIndexes(remembered, made), decisions }),
    signal,
  })
  const { tags, replaced, decisions } = chosen
  const found = await findArtifacts(chosen.source, tags, { available, remembered, replaced, now, signal })
  const rateLimit = source.rateLimit()
  const digests = [...new Set(settled.map(({ digest }) => digest))].sort()
  await remember?.({ digests, ...found.remembered, ...(decisions === undefined ? {} : { decisions }) })
  const complete = requireArtifacts(tags, { ...found, name: source.name, rules: settings.artifacts })
  const failures = [...chosen.failed, ...complete.failed]
  const artifacts = chooseArtifacts(artifactsOfTags(found.artifacts, complete.tags), settings.artifacts)
  const warnings = [
    ...selected.warnings,
    ...leftBehind(source.name, chooseArtifacts(found.left, settings.artifacts)),
    ...(found.warning === undefined ? [] : [found.warning]),
  ]
  return {
    image,
    tags: complete.tags.map((tag) => ({ ...tag, ...found.read.get(tag.digest) })),
    artifacts: [...artifacts],
    ...(failures.length === 0 ? {} : { failed: failures }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(selection === undefined ? {} : { selection }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

/** Adds indexes that were made from those of the source, so that no later try reads the source's again for them. */
function withIndexes(remembered: Remembered, made: Iterable<Manifest>): Remembered {
  const entries = [...made].map((index) => [index.digest, listedIn(index).map(entryOf)] as const)
  return { ...remembered, indexes: { ...remembered.indexes, ...Object.fromEntries(entries) } }
}

interface Selected extends Resolution {
  /** How the tags were selected, if the source listed its tags. */
  readonly selection?: SelectionCounts
}

async function resolveSelect(source: Source, select: Select, options: ResolveTagsOptions): Promise<Selected> {
  const { digest, include, ifMoved } = select
  if (digest !== undefined) {
    return resolvePinned(source, { tag: include[0], digest, ifMoved }, options.signal)
  }
  const { available } = options
  const selected = await selectTags(select, available)
  if (isTooFew(selected, select)) throw notFound(tooFewSelected(selected, select, available, source.name))
  const resolution = await resolveTags(source, selected, options)
  if (available === undefined) return resolution
  const { listed, stages, selected: count } = selected
  const warning = resemblingWarning(selected, source.name)
  return {
    ...resolution,
    warnings: [...(warning === undefined ? [] : [warning]), ...resolution.warnings],
    selection: { listed, stages: [...stages], selected: count },
  }
}
