/**
 * Resolves an image at its source, once per run: its tags, their digests and artifacts. An unchanged image costs only
 * HEADs and lists, and no counted pull; a new index is read once.
 */

import { listedIn, type Manifest } from '../../registry/model/manifest.ts'
import { artifactsOfTags, chooseArtifacts, requireArtifacts } from '../artifacts/choose.ts'
import type { ImageItem } from '../contract.ts'
import type { Resolved, ResolvedTag } from '../documents.ts'
import { chooseTags } from '../platforms/choose-tags.ts'
import { leftBehind } from '../platforms/left-behind.ts'
import { enforce } from '../verify/enforce.ts'
import type { Verifier } from '../verify/verifier.ts'
import { findArtifacts } from './artifacts.ts'
import { listTags } from './list-tags.ts'
import { underNames } from './names.ts'
import { readingOnce } from './reading-once.ts'
import { entryOf, NOTHING_REMEMBERED, type Remembered } from './remembered.ts'
import type { ResolveTagsOptions } from './resolve-tags.ts'
import { createDates } from './select/dates.ts'
import { needsTagList } from './select/select-tags.ts'
import { recallArtifacts, recallTags, settle } from './select/settled.ts'
import { settleDigests } from './settle-digests.ts'
import type { Progress, Source } from './source.ts'
import { wantedTags } from './wanted-tags.ts'

/** Platforms to query in one run: the source is never asked for an immutable tag again, so a first run may take longer. */
const PLATFORMS_OF_IMMUTABLE_TAGS = 5_000

export interface ResolveOptions extends Pick<ResolveTagsOptions, 'known' | 'signal'> {
  /** Cached knowledge of earlier runs about its artifacts. @default - none */
  readonly remembered?: Remembered | undefined
  /** Stores the knowledge for the next run. */
  readonly remember?: (remembered: Remembered) => Promise<void>
  /** Checks signatures. Required if the settings have `verify`. */
  readonly verifier?: Verifier | undefined
  /** Receives the number of tags listed so far. */
  readonly onListed?: Progress | undefined
  /** Milliseconds since the epoch. @default - now */
  readonly now?: number
}

/** The part of an image item that Resolve uses. */
export interface Wanted extends Pick<ImageItem, 'image' | 'select'> {
  /** @default - none */
  readonly settings?: Partial<ImageItem['settings']>
}

export async function resolveImage(
  given: Source,
  { image, select, settings = {} }: Wanted,
  {
    known = [],
    remembered = NOTHING_REMEMBERED,
    remember,
    verifier,
    onListed,
    now,
    signal,
  }: ResolveOptions = {},
): Promise<Resolved> {
  // A date, a platform and an artifact may need the same index, and each read counts as a pull.
  const source = select.by === 'date' ? readingOnce(given) : given
  const available = needsTagList(select) ? await listTags(source, signal, onListed) : undefined
  const recall = (tags: readonly string[]) => recallTags(select, tags, remembered.settled)
  const dates = createDates(source, { remembered: remembered.dates, recall, known, signal })
  const options = { available, known, recall, readDates: dates.read, signal }
  const { recalled, failed, selection, ...wanted } = await wantedTags(source, select, options).catch(
    async (error: unknown) => {
      // The next try continues with these dates.
      if (dates.hasNews())
        await remember?.({ ...remembered, dates: { ...remembered.dates, ...dates.used() } })
      throw error
    },
  )
  const usedDates = dates.isUsed() ? { dates: dates.used() } : {}
  let memory: Remembered = { ...remembered, ...usedDates }
  const keep = async (more: Partial<Remembered>): Promise<void> => {
    memory = { ...memory, ...more }
    await remember?.(memory)
  }
  const digests = await settleDigests(source, wanted.tags, new Set(remembered.digests), signal)
  const signed = await enforce(settings, inOrder([...recalled, ...digests.tags], wanted.order), {
    name: source.name,
    verifier,
    before: remembered.verified,
    remember: (verified) => keep({ verified }),
    signal,
  })
  const atSource = signed.tags
  const chosen = await chooseTags(
    source,
    { tags: atSource, failed: [...failed, ...signed.failed] },
    settings,
    {
      remembered: remembered.decisions,
      keep: (decisions, made) => keep({ ...withIndexes(memory, made), decisions }),
      signal,
    },
  )
  const { replaced, decisions } = chosen
  const earlier = recallArtifacts(chosen.tags, recalled, remembered.settled)
  const found = await findArtifacts(chosen.source, earlier.others, {
    available,
    remembered,
    replaced,
    now,
    platformsAtOnce: select.immutable && PLATFORMS_OF_IMMUTABLE_TAGS,
    signal,
  })
  const rateLimit = source.rateLimit()
  const all = earlier.with(found.artifacts)
  const { name } = source
  const complete = requireArtifacts(chosen.tags, {
    ...found,
    artifacts: all,
    name,
    rules: settings.artifacts,
  })
  const settled = settle(select, {
    tags: complete.tags,
    atSource,
    artifacts: all,
    isCertain: ({ digest, origin = digest }) => !digests.uncertain.has(origin) && found.isComplete(digest),
  })
  const { verified } = memory
  const certain = new Set(digests.tags.map(({ digest }) => digest))
  await remember?.({
    digests: [...certain].filter((digest) => !digests.uncertain.has(digest)).sort(),
    ...found.remembered,
    ...usedDates,
    ...(decisions === undefined ? {} : { decisions }),
    ...(settled === undefined ? {} : { settled }),
    ...(verified === undefined ? {} : { verified }),
  })
  const failures = [...chosen.failed, ...complete.failed]
  const artifacts = chooseArtifacts(artifactsOfTags(all, complete.tags), settings.artifacts)
  const warnings = [
    ...dates.warnings,
    ...wanted.warnings,
    ...leftBehind(name, chooseArtifacts(found.left, settings.artifacts)),
    ...(found.warning === undefined ? [] : [found.warning]),
  ]
  return {
    image,
    tags: underNames(complete.tags, select.names).map((tag) => ({ ...tag, ...found.read.get(tag.digest) })),
    artifacts: [...artifacts],
    ...(failures.length === 0 ? {} : { failed: failures }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(selection === undefined ? {} : { selection }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

/** Recalled tags stand where they would without being recalled. */
function inOrder(tags: readonly ResolvedTag[], order: readonly string[]): ResolvedTag[] {
  const positions = new Map(order.map((tag, index) => [tag, index]))
  const positionOf = ({ tag = '' }: ResolvedTag): number => positions.get(tag) ?? 0
  return [...tags].sort((one, other) => positionOf(one) - positionOf(other))
}

/** Adds indexes that were made from those of the source, so that no later try reads the source's again for them. */
function withIndexes(remembered: Remembered, made: Iterable<Manifest>): Remembered {
  const entries = [...made].map((index) => [index.digest, listedIn(index).map(entryOf)] as const)
  return { ...remembered, indexes: { ...remembered.indexes, ...Object.fromEntries(entries) } }
}
