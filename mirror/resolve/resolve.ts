/**
 * Resolves an image at its source, once per run: its tags, their digests and artifacts. An unchanged image costs only
 * HEADs and lists, and no counted pull; a new index is read once.
 */

import { listedIn, type Manifest } from '../../registry/model/manifest.ts'
import type { Digest } from '../../registry/model/reference.ts'
import { artifactsOfTags, chooseArtifacts, requireArtifacts } from '../artifacts/choose.ts'
import { subjectOf } from '../artifacts/subject.ts'
import type { ImageItem } from '../contract.ts'
import type { Resolved } from '../documents.ts'
import { chooseTags } from '../platforms/choose-tags.ts'
import { leftBehind } from '../platforms/left-behind.ts'
import { enforce } from '../verify/enforce.ts'
import type { Verifier } from '../verify/verifier.ts'
import { findArtifacts } from './artifacts.ts'
import { listTags } from './list-tags.ts'
import { recallArtifacts, rememberTags } from './memory/immutable-tags.ts'
import { entryOf } from './memory/index-entry.ts'
import { createMemory, type MemoryOptions } from './memory/memory.ts'
import type { Remembered } from './memory/remembered.ts'
import { underNames } from './names.ts'
import { readingOnce } from './reading-once.ts'
import type { ResolveTagsOptions } from './resolve-tags.ts'
import { needsTagList } from './select/select-tags.ts'
import type { Progress, Source } from './source.ts'
import { findUnwanted } from './unwanted.ts'
import { wantedTags } from './wanted-tags.ts'

/**
 * Platforms to query in one run: immutable tags are requested only until all of their artifacts are known, so a first
 * run may take longer.
 */
const PLATFORMS_OF_IMMUTABLE_TAGS = 5_000

export interface ResolveOptions extends MemoryOptions, Pick<ResolveTagsOptions, 'known' | 'signal'> {
  /** Tags that were mirrored to the image's repositories before, if it is pruned. @default - it is not */
  readonly mirrored?: readonly string[] | undefined
  /** Checks signatures. Required if the settings have `verify`. */
  readonly verifier?: Verifier | undefined
  /** Receives the number of tags listed so far. */
  readonly onListed?: Progress | undefined
  /** Reads a manifest from a target that may have it, which costs no pull at the source. @default - the source only */
  readonly readNearby?: ((digest: Digest) => Promise<Manifest | undefined>) | undefined
  /** All tags of the source, if the caller lists them: artifacts are then looked up there first. @default - not listed */
  readonly listed?: Promise<readonly string[] | undefined> | undefined
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
  wanted: Wanted,
  options: ResolveOptions = {},
): Promise<Resolved> {
  const { image, select } = wanted
  if (!select.isArtifact || select.digest === undefined) return resolveTags(source, wanted, options)
  const digest = await subjectOf(source, select.digest, options.signal)
  if (digest === undefined) return { image, tags: [], artifacts: [] }
  return resolveTags(source, { ...wanted, select: { ...select, digest } }, options)
}

async function resolveTags(
  given: Source,
  { image, select, settings = {} }: Wanted,
  { known = [], verifier, onListed, readNearby, listed, now, mirrored, signal, ...stored }: ResolveOptions,
): Promise<Resolved> {
  // A date, a platform and an artifact may need the same index, and each read counts as a pull.
  const source = select.by === 'date' ? readingOnce(given) : given
  const { name } = source
  const memory = createMemory(stored)
  const { earlier } = memory

  const available = needsTagList(select) ? await listTags(source, signal, onListed) : undefined
  const wanted = await wantedTags(source, select, { available, known, memory, signal })
  const signed = await enforce(settings, wanted.tags, {
    name,
    verifier,
    before: earlier.verified,
    remember: (verified) => memory.learn({ verified }),
    signal,
  })
  const chosen = await chooseTags(
    source,
    { tags: signed.tags, failed: [...wanted.failed, ...signed.failed] },
    settings,
    {
      remembered: earlier.decisions,
      keep: (decisions, made) => memory.learn({ decisions, indexes: withMade(earlier.indexes, made) }),
      signal,
    },
  )

  const recalled = recallArtifacts(chosen.tags, wanted.recalled, earlier.immutable)
  const found = await findArtifacts(chosen.source, recalled.others, {
    available: available ?? (await listed),
    remembered: earlier,
    replaced: chosen.replaced,
    now,
    readManifest: async (digest) => (await readNearby?.(digest)) ?? chosen.source.getManifest(digest, signal),
    platformsAtOnce: select.immutable && PLATFORMS_OF_IMMUTABLE_TAGS,
    signal,
  })
  const rateLimit = source.rateLimit()
  const all = recalled.with(found.artifacts)
  const complete = requireArtifacts(chosen.tags, {
    name,
    rules: settings.artifacts,
    artifacts: all,
    warning: found.warning,
  })
  const { decisions } = chosen
  const immutable = rememberTags(select, {
    tags: complete.tags,
    atSource: signed.tags,
    artifacts: all,
    isCertain: ({ digest, origin = digest }) => !wanted.uncertain.has(origin) && found.isComplete(digest),
  })
  await memory.finish({
    digests: [...wanted.confirmed],
    ...found.remembered,
    decisions,
    immutable,
  })

  const { selection } = wanted
  const failed = [...chosen.failed, ...complete.failed]
  const artifacts = chooseArtifacts(artifactsOfTags(all, complete.tags), settings.artifacts)
  const warnings = [
    ...wanted.warnings,
    ...leftBehind(name, chooseArtifacts(found.left, settings.artifacts)),
    ...(found.warning === undefined ? [] : [found.warning]),
  ]
  const tags = underNames(complete.tags, select.names)
  const selected = new Set([...tags, ...failed].flatMap(({ tag }) => tag ?? []))
  // Without all dates, other tags may be the newest.
  const isClear = select.by !== 'date' || wanted.warnings.length === 0
  const unwanted =
    mirrored && isClear ? await findUnwanted(given, mirrored, { selected, available, signal }) : undefined
  return {
    image,
    tags: tags.map((tag) => ({ ...tag, ...found.read.get(tag.digest) })),
    artifacts: [...artifacts],
    ...(failed.length === 0 ? {} : { failed }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(selection === undefined ? {} : { selection }),
    ...(unwanted === undefined ? {} : { unwanted }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

/** Adds indexes that were made from those of the source, so that no later try reads the source's again for them. */
function withMade(indexes: Remembered['indexes'], made: Iterable<Manifest>): Remembered['indexes'] {
  const entries = [...made].map((index) => [index.digest, listedIn(index).map(entryOf)] as const)
  return { ...indexes, ...Object.fromEntries(entries) }
}
