/** Parses what a place holds into entries of a list, each of which is found again in errors. */
import * as z from 'zod'
import { checkEntriesOf } from '../check-list.ts'
import { type ImageEntry, imageEntrySchema } from '../config.ts'
import { parseWith } from '../document/parse-with.ts'
import { type Path, refuse } from '../document/problems.ts'
import { asImages, readText } from '../document/source-text.ts'
import type { Fetched } from './fetched.ts'
import { itemName, type TableContext, tableEntries } from './table.ts'

export interface Piece {
  /** Its place, in errors. */
  readonly name: string
  readonly images: readonly ImageEntry[]
  /** The entry, in errors: `images[2]`, or the item of a table. */
  nameOf(index: number): string
  lineOf(path: Path): number | undefined
}

/** Other keys are those of the deployed list. */
const documentSchema = z.strictObject({ images: z.array(imageEntrySchema).min(1) })

/** @throws InvalidInput with every problem, for a piece without images too */
export function parsePiece({ name, content }: Fetched, context: TableContext): Piece {
  if ('items' in content) return tablePiece(name, tableEntries(content.items, context))
  return 'text' in content ? textPiece(name, content.text) : references(name, content.references)
}

function textPiece(name: string, text: string): Piece {
  if (text.trim() === '') return empty(name, 'is empty')
  const read = readText(text, name)
  const source = Array.isArray(read.value) ? asImages(read) : read
  const { images } = parseWith(source, documentSchema, { parts: (value) => checkEntriesOf(value) })
  return piece(name, images, source.lineOf)
}

/** A StringList of Parameter Store, which is split at commas. */
function references(name: string, given: readonly string[]): Piece {
  const images = given.map((one) => one.trim())
  const blank = images.indexOf('')
  if (images.every((one) => one === '')) return empty(name, 'is empty')
  if (blank >= 0) {
    return refuse(name, [
      { path: [], text: `images[${blank}] is empty: remove the comma before or after it` },
    ])
  }
  return piece(name, images, () => undefined)
}

function tablePiece(name: string, { images, sources, problems }: ReturnType<typeof tableEntries>): Piece {
  if (problems.length > 0) return refuse(name, problems)
  if (images.length === 0) return empty(name, 'has no items that have not expired')
  return { ...piece(name, images, () => undefined), nameOf: (index) => itemName(sources[index] ?? '') }
}

function piece(name: string, images: readonly ImageEntry[], lineOf: Piece['lineOf']): Piece {
  return { name, images, nameOf: (index) => `images[${index}]`, lineOf }
}

function empty(name: string, wrong: string): never {
  const fix = 'write its images again; to mirror nothing, remove the place from "imagesFrom" and deploy'
  return refuse(name, [{ path: [], text: `${wrong}: ${fix}` }])
}
