/**
 * Limits the size of an entry. Its image item is in the input of every state of its child execution, next to the ends
 * of up to 36 pairs. No input may exceed 256 KiB, and the entry gets a quarter of that.
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
    // The regions are in every entry, and few.
    const others = targets.filter(({ kind }) => kind !== 'region')
    const said = { image, ref, select, repository, settings, ...(others.length > 0 && { others }) }
    const bytes = new TextEncoder().encode(JSON.stringify(said)).length
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
