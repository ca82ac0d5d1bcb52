/**
 * How much one entry may say. Its image item is in the input of every state of its child execution, beside the ends of
 * up to 36 pairs, and no input may pass 256 KiB: a quarter of that is the entry's.
 */
import type { List } from './config.ts'
import { readEntry } from './entry.ts'
import type { Problem } from './problems.ts'

export const MAX_ENTRY_BYTES = 64 * 1024

export function oversizedEntries(list: List): Problem[] {
  return list.images.flatMap((given, index): Problem[] => {
    const { image, ref, select, repository, settings } = readEntry(given, list)
    const said = { image, ref, select, repository, settings }
    const bytes = new TextEncoder().encode(JSON.stringify(said)).length
    if (bytes <= MAX_ENTRY_BYTES) return []
    const fix = 'name fewer tags, or say by a regular expression what they have in common'
    const text = `images[${index}]: takes ${bytes} bytes, with the settings that it shares, and the workflow has room for ${MAX_ENTRY_BYTES}: ${fix}`
    return [{ path: ['images', index], text }]
  })
}
