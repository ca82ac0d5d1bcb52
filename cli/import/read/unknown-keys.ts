/** Reports keys of the imported file that have no counterpart. */
import type { Note } from '../found.ts'
import type { Node } from './node.ts'
import { quotedText } from './text.ts'

/** One note for all keys of a mapping that no importer reads. */
export function unknownKeys(node: Node | undefined, known: readonly string[], where = ''): string[] {
  const keys = [...(node?.map ?? [])].filter(([key, { text }]) => !known.includes(key) && text !== '')
  if (keys.length === 0) return []
  const names = keys.map(([key]) => quotedText(`${where}${key}`)).join(', ')
  return [`${names} ${keys.length === 1 ? 'has' : 'have'} no counterpart`]
}

/** The same with the line of the mapping, for notes at the top of the list. */
export function unknownKeyNotes(node: Node | undefined, known: readonly string[], where = ''): Note[] {
  return unknownKeys(node, known, where).map((text) => ({ line: node?.line, text }))
}
