/**
 * Finds out why tags that were mirrored before are not selected any more: gone from the source, or still there. A list of
 * tags alone proves nothing, because it may be partial, so each missing tag is requested.
 */
import pMap from 'p-map'
import { PARALLEL_REQUESTS, type Source } from './source.ts'

export interface UnwantedTag {
  readonly tag: string
  readonly reason: 'gone' | 'unselected'
}

export interface UnwantedOptions {
  /** Tags at the targets that the image wants. */
  readonly selected: ReadonlySet<string>
  /** All tags of the source, if they were listed. */
  readonly available: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/** Requests of one run; the next one looks at the others. */
const MAX_REQUESTS = 500

/**
 * @param mirrored - tags that were mirrored to the same repositories before, for this image or another
 * @returns undefined if the source has a tag that it does not list: its list cannot be trusted. Tags that could not be
 * requested are left out
 */
export async function findUnwanted(
  source: Pick<Source, 'headManifest'>,
  mirrored: readonly string[],
  { selected, available, signal }: UnwantedOptions,
): Promise<UnwantedTag[] | undefined> {
  const listed = new Set(available)
  const left = mirrored.filter((tag) => !selected.has(tag))
  const doubtful = left.filter((tag) => !listed.has(tag)).slice(0, MAX_REQUESTS)
  const answers = await pMap(doubtful, (tag) => isThere(source, tag, signal), {
    concurrency: PARALLEL_REQUESTS,
  })
  if (available !== undefined && answers.includes(true)) return undefined
  const asked = doubtful.flatMap((tag, index): UnwantedTag[] => {
    const answer = answers[index]
    return answer === undefined ? [] : [{ tag, reason: answer ? 'unselected' : 'gone' }]
  })
  return [
    ...left.filter((tag) => listed.has(tag)).map((tag) => ({ tag, reason: 'unselected' as const })),
    ...asked,
  ]
}

/** Undefined if the source gives no clear answer. */
async function isThere(
  source: Pick<Source, 'headManifest'>,
  tag: string,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  try {
    return (await source.headManifest(tag, signal)) !== undefined
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}
