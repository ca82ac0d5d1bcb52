/**
 * Lists the tags of a source, if they are few. One request then tells which artifacts of its images have tags, instead of
 * four requests for each digest.
 */
import type { Repository } from '../../registry/model/registry.ts'

const MAX_TAGS = 500
/** A registry that is slow to list, or refuses to, is asked for each tag instead. */
const PATIENCE_MS = 5_000

/** @returns undefined if the source has more tags, or does not list them */
export async function fewTags(
  source: Pick<Repository, 'listTags'>,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  const enough = new AbortController()
  const patience = AbortSignal.any([signal, enough.signal, AbortSignal.timeout(PATIENCE_MS)])
  try {
    return await source.listTags(patience, (listed) => {
      if (listed > MAX_TAGS) enough.abort()
    })
  } catch {
    return undefined
  }
}
