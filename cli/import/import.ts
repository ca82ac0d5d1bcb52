/** Imports the text of a file: recognizes its format, reads it, and composes a list. */
import type { Region } from '../../mirror/list/config.ts'
import { refuse } from '../../mirror/list/document/problems.ts'
import { type Composed, compose } from './compose/compose.ts'
import { type FileOptions, readFormat } from './formats.ts'
import { plainText } from './read/text.ts'

export interface ImportOptions extends FileOptions {
  /** @default - those of the file */
  readonly regions?: readonly Region[] | undefined
}

/** @throws InvalidInput if the file is not of a known format, or has no image that can be imported */
export function importList(
  text: string,
  { regions, ...options }: ImportOptions,
): Composed & { readonly tool: string } {
  const { file } = options
  const { tool, found } = readFormat(text, options)
  const composed = compose(found, { file: plainText(file), tool, regions })
  if (composed.images > 0) return { ...composed, tool }
  const skipped = composed.notes.map(({ line, text }) => ({ path: [], line, text }))
  return refuse(file, skipped.length > 0 ? skipped : [{ path: [], text: `has no images of ${tool}` }])
}
