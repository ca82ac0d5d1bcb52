/**
 * Limits the size of an entry and its number of targets. The input of every state of the image's child execution holds
 * its image item and the results of up to 36 pairs. An input may have 256 KiB; a quarter of that is for the entry.
 */
import type { List } from './config.ts'
import { type Problem, problemAt } from './document/problems.ts'
import { readEntry } from './entry.ts'

export const MAX_ENTRY_BYTES = 64 * 1024
/** Maximum number of targets of an image. */
export const MAX_TARGETS = 36

export function oversizedEntries(list: List): Problem[] {
  return list.images.flatMap((given, index): Problem[] => {
    const { image, ref, select, repository, settings, targets } = readEntry(given, list)
    if (targets.length > MAX_TARGETS) return [tooMany(targets.length, index)]
    // Region targets are small.
    const others = targets.filter(({ kind }) => kind !== 'region')
    const carried = { image, ref, select, repository, settings, ...(others.length > 0 && { others }) }
    const bytes = new TextEncoder().encode(JSON.stringify(carried)).length
    if (bytes <= MAX_ENTRY_BYTES) return []
    const fix = 'name fewer tags, or match them with a regular expression'
    const wrong = `takes ${bytes} bytes including shared settings, but the workflow has room for ${MAX_ENTRY_BYTES}`
    return [problemAt(['images', index], `${wrong}: ${fix}`)]
  })
}

function tooMany(count: number, index: number): Problem {
  const wrong = `goes to ${count} targets, but the workflow has room for ${MAX_TARGETS}`
  return problemAt(['images', index], `${wrong}; name fewer in "regions" or "targets"`)
}
