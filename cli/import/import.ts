/** Imports the text of a file: recognises its format, reads it, and composes a list. */
import type { Region } from '../../mirror/list/config.ts'
import { refuse } from '../../mirror/list/document/problems.ts'
import { type Composed, compose } from './compose/compose.ts'
import { detectFormat, FORMATS, type FormatName } from './formats.ts'
import { createReader } from './read/node.ts'
import { readNode } from './read/read-node.ts'
import { plainText } from './read/text.ts'

export interface ImportOptions {
  /** Name for people. */
  readonly file: string
  /** @default - recognised by its shape */
  readonly from?: FormatName | undefined
  /** @default - those of the file */
  readonly regions?: readonly Region[] | undefined
  /** For entries that have expired. */
  readonly now: Date
}

/** @throws InvalidInput if the file is not of a known format, or has no image that can be imported */
export function importList(
  text: string,
  { file, from, regions, now }: ImportOptions,
): Composed & { readonly tool: string } {
  const format = FORMATS[from ?? detectFormat(text, file)]
  const found =
    format.kind === 'text'
      ? format.read(text, file)
      : format.read(readNode(text, file), createReader(file), { now })
  const composed = compose(found, { file: plainText(file), tool: format.tool, regions })
  if (composed.images > 0) return { ...composed, tool: format.tool }
  const skipped = composed.notes.map(({ line, text }) => ({ path: [], line, text }))
  return refuse(file, skipped.length > 0 ? skipped : [{ path: [], text: `has no images of ${format.tool}` }])
}
