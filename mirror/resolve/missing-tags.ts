/**
 * Explains missing tags with one more request for the source's tag list: it shows similar tags, and whether a listed
 * tag was deleted meanwhile.
 */
import type { FailedTag } from '../documents.ts'
import { ErrorName } from '../error-name.ts'
import { failedTag } from '../failed-tags.ts'
import { missingTags } from './image-tags.ts'
import { listTags, notFound } from './list-tags.ts'
import type { SelectedTags } from './select/select-tags.ts'
import type { Source } from './source.ts'

export interface Missing {
  readonly failed: readonly FailedTag[]
  /** About tags that were deleted at the source. */
  readonly warnings: readonly string[]
}

/**
 * @param absent - tags that the source reported as missing
 * @param available - all tags of the source, if they were listed earlier
 */
export async function explainMissing(
  source: Source,
  absent: readonly string[],
  { found }: Pick<SelectedTags, 'found'>,
  available: readonly string[] | undefined,
  signal: AbortSignal | undefined,
): Promise<Missing> {
  if (absent.length === 0) return { failed: [], warnings: [] }
  const wasListed = new Set(found)
  const vanished = absent.filter((tag) => wasListed.has(tag))
  const listed = available !== undefined && vanished.length === 0 ? available : await listNow(source, signal)
  const deleted = Array.isArray(listed) ? vanished.filter((tag) => !listed.includes(tag)) : []
  const errorOf = (tag: string): Error => {
    if (wasListed.has(tag)) {
      return notFound(`${source.name} lists the tag "${tag}", but reports it as missing`)
    }
    if (listed instanceof Error) return listed
    return notFound(missingTags([tag], listed ?? [], source.name))
  }
  return {
    failed: absent.filter((tag) => !deleted.includes(tag)).map((tag) => failedTag({ tag }, errorOf(tag))),
    warnings: deleted.map((tag) => `${source.name}: the tag "${tag}" was deleted after it was listed`),
  }
}

/** Returns the tags, an error that explains the missing ones, or undefined if they cannot be listed. */
async function listNow(
  source: Source,
  signal: AbortSignal | undefined,
): Promise<readonly string[] | Error | undefined> {
  try {
    return await listTags(source, signal)
  } catch (error) {
    signal?.throwIfAborted()
    return error instanceof Error && error.name === ErrorName.SourceNotFound ? error : undefined
  }
}
