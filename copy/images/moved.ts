/**
 * Tags that move at their source while they are copied. What a tag led to when it was resolved is what is published, and
 * is a whole image; that the source shows another one by now is worth a warning, and one HEAD for each tag that was read
 * there.
 */
import type { ResolvedTag } from '../../mirror/documents.ts'
import type { Repository } from '../../registry/model/registry.ts'
import type { Warning } from './artifacts.ts'

/** Returns no warning for a pinned digest, or if the source does not answer: the copy itself has succeeded. */
export async function movedMeanwhile(
  upstream: Repository,
  { tag, digest, pinned = false }: ResolvedTag,
  signal?: AbortSignal,
): Promise<Warning[]> {
  if (tag === undefined || pinned) return []
  const now = await upstream.headManifest(tag, signal).catch(() => undefined)
  if (now === undefined || now.digest === digest) return []
  const message = `${upstream.name}:${tag} has moved to ${now.digest} since it was resolved: ${digest} was copied, and the next run takes the new one`
  return [{ message }]
}
