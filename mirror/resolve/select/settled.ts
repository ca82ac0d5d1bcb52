/**
 * Remembers immutable tags once they are resolved, with their artifacts, so that later runs need not ask the source for
 * them. Diff still compares them with each target: a tag that is deleted there is copied again by its digest.
 */
import { artifactsOfTags } from '../../artifacts/choose.ts'
import type { Select } from '../../contract.ts'
import type { Artifact, ResolvedTag } from '../../documents.ts'
import { parseTagPattern } from '../../list/tags/tag-pattern.ts'
import type { Remembered } from '../remembered.ts'

export type Settled = NonNullable<Remembered['settled']>

/** Bounds the document: about 170 bytes per tag, and 400 per artifact. The source is asked for all other tags. */
const MAX_TAGS = 20_000
const MAX_ARTIFACTS = 20_000

export interface Recalled {
  /** Tags whose digest at the source is known. */
  readonly tags: readonly ResolvedTag[]
  /** Tags that the source must be asked for. */
  readonly others: readonly string[]
}

/** @param tags - the selected tags */
export function recallTags(
  { immutable }: Pick<Select, 'immutable'>,
  tags: readonly string[],
  settled: Settled | undefined,
): Recalled {
  const isImmutable = immutableBy(immutable)
  const recalled = tags.flatMap((tag): ResolvedTag[] => {
    const known = isImmutable(tag) ? entryOf(settled, tag) : undefined
    if (known === undefined) return []
    const { digest, mediaType, size } = known
    return [{ tag, digest, mediaType, size }]
  })
  const held = new Set(recalled.map(({ tag }) => tag))
  return { tags: recalled, others: tags.filter((tag) => !held.has(tag)) }
}

export interface RecalledArtifacts {
  /** Tags whose artifacts the source must be asked for. */
  readonly others: readonly ResolvedTag[]
  /** Adds the recalled artifacts to those that the source has named for the others. */
  with(found: readonly Artifact[]): readonly Artifact[]
}

/**
 * @param tags - what the targets get
 * @param recalled - the recalled ones among them, as the source has them
 */
export function recallArtifacts(
  tags: readonly ResolvedTag[],
  recalled: readonly ResolvedTag[],
  settled: Settled | undefined,
): RecalledArtifacts {
  const names = new Set(recalled.map(({ tag }) => tag))
  // Other platforms may be wanted than before, whose artifacts are not known.
  const isKnown = ({ tag, digest }: ResolvedTag) => {
    const known = names.has(tag) ? entryOf(settled, tag ?? '') : undefined
    return digest === (known?.root ?? known?.digest)
  }
  const others = tags.filter((one) => !isKnown(one))
  const asked = new Set(others.map(({ digest }) => digest))
  const own = artifactsOfTags(
    settled?.artifacts ?? [],
    tags.filter((one) => isKnown(one) && !asked.has(one.digest)),
  )
  return {
    others,
    with(found) {
      // What the source names now counts: a tag of cosign moves with each signature that is added.
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
export function settle(
  { immutable }: Pick<Select, 'immutable'>,
  { tags, atSource, artifacts, isCertain }: Certain,
): Settled | undefined {
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
    tags: Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))),
    artifacts: [...own],
  }
}

function immutableBy(patterns: readonly string[] = []): (tag: string) => boolean {
  const parsed = patterns.map((text) => parseTagPattern(text))
  return (tag) => parsed.some((pattern) => pattern.matches(tag))
}

/** A tag may be named `constructor`. */
function entryOf(settled: Settled | undefined, tag: string): Settled['tags'][string] | undefined {
  return settled !== undefined && Object.hasOwn(settled.tags, tag) ? settled.tags[tag] : undefined
}
