/**
 * Resolves tags that look like artifacts (`sha256-<hex>.sig`) but belong to no copied image: tools use various suffixes,
 * and signatures outlive their images. A copy of all tags treats them as ordinary tags.
 */

import type { LooseTags } from '../../copy/order.ts'
import type { Artifact, ResolvedTag } from '../../mirror/documents.ts'
import { isImageTag } from '../../mirror/resolve/image-tags.ts'
import { resolveSome } from '../../mirror/resolve/resolve-tags.ts'
import type { Source } from '../../mirror/resolve/source.ts'
import { fallbackTag } from '../../registry/manifests/referrers.ts'
import type { Digest } from '../../registry/model/reference.ts'

interface Copied {
  readonly tags: readonly ResolvedTag[]
  readonly artifacts: readonly Artifact[]
}

export const NO_LOOSE_TAGS: LooseTags = { tags: [], failed: [] }

/**
 * @param available - all tags of the source
 * @param copied - the images and artifacts that are copied anyway
 */
export async function resolveLooseTags(
  source: Source,
  available: readonly string[],
  copied: Copied,
  signal: AbortSignal,
): Promise<LooseTags> {
  const claimed = new Set(copied.artifacts.map(({ tag }) => tag))
  const names = available.filter((tag) => !isImageTag(tag) && !claimed.has(tag)).sort()
  if (names.length === 0) return { ...NO_LOOSE_TAGS, wantsAll: true }
  const selected = { exact: [], found: names }
  const { tags, failed } = await resolveSome(source, selected, { available, signal })
  const lists = listsOf(copied)
  return { tags: tags.map((one) => ({ ...one, isList: lists.has(one.tag) })), failed, wantsAll: true }
}

function listsOf({ tags, artifacts }: Copied): ReadonlySet<string | undefined> {
  const subjects = [tags, artifacts].flat().map(({ digest }) => digest)
  subjects.push(...artifacts.map(({ subject }) => subject))
  return new Set(subjects.map((digest) => fallbackTag(digest as Digest)))
}
