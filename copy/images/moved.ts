/**
 * Detects tags that moved at the source during the copy. The copy publishes the digest that was resolved, which is a
 * complete image; a tag that moved since costs one HEAD and is reported as a warning.
 */
import type { ResolvedTag } from '../../mirror/documents.ts'
import type { Repository } from '../../registry/model/registry.ts'
import { createOnce } from '../once.ts'
import type { Warning } from './artifacts.ts'

/** Returns a warning for a tag that has moved. */
export type LookBack = typeof warnIfTagMoved

/** Asks once for each tag, whatever the number of targets: the first one to have it looks back for all. */
export function createLookBack(): LookBack {
  const once = createOnce<Warning[]>()
  return async (upstream, tag, signal) => {
    const key = `${tag.sourceTag ?? tag.tag} ${tag.digest}`
    return (await once.run(key, () => warnIfTagMoved(upstream, tag, signal))).value
  }
}

/** Returns no warning for a pinned digest, or if the source does not answer: the copy itself has succeeded. */
export async function warnIfTagMoved(
  upstream: Repository,
  { tag: name, sourceTag: tag = name, digest, origin = digest, pinned = false }: ResolvedTag,
  signal?: AbortSignal,
): Promise<Warning[]> {
  if (tag === undefined || pinned) return []
  const now = await upstream.headManifest(tag, signal).catch(() => undefined)
  if (now === undefined || now.digest === origin) return []
  const message = `${upstream.name}:${tag} has moved to ${now.digest} since it was resolved: ${origin} was copied, and the next run copies the new digest`
  return [{ message }]
}
