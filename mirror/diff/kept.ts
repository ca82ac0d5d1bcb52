/** Tags that a target keeps although the source has another digest (`tags.missingOnly`), and what is said of them. */
import { artifactsOfTags } from '../artifacts/choose.ts'
import type { KeptTag, Resolved } from '../documents.ts'
import { listed } from '../words.ts'

/** Width of the list of tags in a warning. */
const MAX_NAMES = 500

/** @param held - the target's digests, by tag */
export function keptTags({ tags }: Pick<Resolved, 'tags'>, held: ReadonlyMap<string, string>): KeptTag[] {
  return tags.flatMap(({ tag, digest: source, pinned = false }) => {
    const digest = tag === undefined || pinned ? undefined : held.get(tag)
    return tag === undefined || digest === undefined || digest === source ? [] : [{ tag, digest, source }]
  })
}

/** Leaves out these tags, and artifacts that no other tag has: their subject does not come to the target. */
export function withoutKept<T extends Pick<Resolved, 'tags' | 'artifacts'>>(
  resolved: T,
  kept: readonly KeptTag[],
): T {
  if (kept.length === 0) return resolved
  const names = new Set(kept.map(({ tag }) => tag))
  const tags = resolved.tags.filter(({ tag }) => tag === undefined || !names.has(tag))
  return { ...resolved, tags, artifacts: [...artifactsOfTags(resolved.artifacts, tags)] }
}

export function keptWarning(kept: readonly KeptTag[], target: string): string {
  const tags = kept.map(({ tag, digest, source }) => `${tag} (${digest}, the source has ${source})`)
  const what = kept.length === 1 ? '1 tag is' : `${kept.length} tags are`
  return `${what} left as ${target} has ${kept.length === 1 ? 'it' : 'them'}, because of "tags.missingOnly": ${listed(tags, MAX_NAMES)}`
}
