/**
 * Remembers immutable tags once they are resolved, with their artifacts, so that later runs need not request them from
 * the source. Diff still compares them with each target: a tag that is deleted there is copied again by its digest.
 */
import { artifactsOfTags } from '../../artifacts/choose.ts'
import type { Select } from '../../contract.ts'
import type { Artifact, ResolvedTag } from '../../documents.ts'
import { parseTagPattern } from '../../list/tags/tag-pattern.ts'
import type { Remembered } from './remembered.ts'

export type ImmutableTags = NonNullable<Remembered['immutable']>

/** Bounds the document: about 170 bytes per tag, and 400 per artifact. All other tags are requested in every run. */
const MAX_TAGS = 20_000
const MAX_ARTIFACTS = 20_000

export interface Recalled {
  /** Tags whose digest at the source is known. */
  readonly tags: readonly ResolvedTag[]
  /** Tags to request from the source. */
  readonly others: readonly string[]
}

/** @param tags - the selected tags */
export function recallTags(
  { immutable }: Pick<Select, 'immutable'>,
  tags: readonly string[],
  remembered: ImmutableTags | undefined,
): Recalled {
  const isImmutable = immutableBy(immutable)
  const recalled = tags.flatMap((tag): ResolvedTag[] => {
    const known = isImmutable(tag) ? entryOf(remembered, tag) : undefined
    if (known === undefined) return []
    const { digest, mediaType, size } = known
    return [{ tag, digest, mediaType, size }]
  })
  const held = new Set(recalled.map(({ tag }) => tag))
  return { tags: recalled, others: tags.filter((tag) => !held.has(tag)) }
}

export interface RecalledArtifacts {
  /** Tags whose artifacts must be requested from the source. */
  readonly others: readonly ResolvedTag[]
  /** Adds the recalled artifacts to those that were found for the others. */
  with(found: readonly Artifact[]): readonly Artifact[]
}

/**
 * @param tags - what the targets get
 * @param recalled - the recalled ones among them, as the source has them
 */
export function recallArtifacts(
  tags: readonly ResolvedTag[],
  recalled: readonly ResolvedTag[],
  remembered: ImmutableTags | undefined,
): RecalledArtifacts {
  const names = new Set(recalled.map(({ tag }) => tag))
  // If other platforms are wanted than before, their artifacts are not known.
  const isKnown = ({ tag, digest }: ResolvedTag) => {
    const known = names.has(tag) ? entryOf(remembered, tag ?? '') : undefined
    return digest === (known?.root ?? known?.digest)
  }
  const others = tags.filter((one) => !isKnown(one))
  const asked = new Set(others.map(({ digest }) => digest))
  const own = artifactsOfTags(
    remembered?.artifacts ?? [],
    tags.filter((one) => isKnown(one) && !asked.has(one.digest)),
  )
  return {
    others,
    with(found) {
      // A tag of cosign moves with each signature that is added, so what the source has now replaces what was recalled.
      const moved = new Set(found.flatMap(({ tag }) => tag ?? []))
      return [...found, ...own.filter(({ tag }) => tag === undefined || !moved.has(tag))]
    },
  }
}

export interface Certain {
  /** What the targets get, without failed tags. */
  readonly tags: readonly ResolvedTag[]
  /** The tags as the source has them. */
  readonly atSource: readonly ResolvedTag[]
  readonly artifacts: readonly Artifact[]
  /** Whether a tag's digest and all of its artifacts are known. */
  readonly isCertain: (tag: ResolvedTag) => boolean
}

/** Returns undefined if there is nothing to remember. */
export function rememberTags(
  { immutable }: Pick<Select, 'immutable'>,
  { tags, atSource, artifacts, isCertain }: Certain,
): ImmutableTags | undefined {
  const isImmutable = immutableBy(immutable)
  const certain = tags
    .filter((one) => one.tag !== undefined && isImmutable(one.tag) && isCertain(one))
    .slice(0, MAX_TAGS)
  if (certain.length === 0) return undefined
  const own = artifactsOfTags(artifacts, certain)
  if (own.length > MAX_ARTIFACTS) return undefined
  const bySource = new Map(atSource.map((one) => [one.tag, one]))
  const entries = certain.flatMap(({ tag = '', digest: root }) => {
    const { digest, mediaType, size } = bySource.get(tag) ?? {}
    if (digest === undefined || mediaType === undefined || size === undefined) return []
    return [[tag, { digest, mediaType, size, ...(root === digest ? {} : { root }) }] as const]
  })
  return {
    tags: Object.fromEntries(entries),
    artifacts: [...own],
  }
}

function immutableBy(patterns: readonly string[] = []): (tag: string) => boolean {
  const parsed = patterns.map((text) => parseTagPattern(text))
  return (tag) => parsed.some((pattern) => pattern.matches(tag))
}

/** A tag may be named `constructor`. */
function entryOf(
  remembered: ImmutableTags | undefined,
  tag: string,
): ImmutableTags['tags'][string] | undefined {
  return remembered !== undefined && Object.hasOwn(remembered.tags, tag) ? remembered.tags[tag] : undefined
}
