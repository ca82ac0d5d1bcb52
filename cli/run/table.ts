/** The table at the end of a run: one line per pair. */
import type { RunDocument } from '../../local/run-document.ts'
import { bytesText, fewOf, secondsText } from '../words.ts'

type Pair = RunDocument['pairs'][number]

const HEAD = ['image', 'region', 'outcome', 'tags', 'bytes', 'seconds'] as const
/** More lines than anybody reads: then only the pairs that are not in sync have one. */
const MOST_LINES = 200
const TAGS_WIDTH = 30

export function renderTable(pairs: readonly Pair[]): string[] {
  if (pairs.length === 0) return []
  const shown = pairs.length <= MOST_LINES ? pairs : pairs.filter(({ outcome }) => outcome !== 'inSync')
  const rows = [HEAD, ...shown.map(rowOf)]
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => aligned(cell, column, widths))
      .join('  ')
      .trimEnd(),
  )
  const left = pairs.length - shown.length
  return left === 0 ? lines : [...lines, `and ${left} more pairs, all in sync`]
}

function rowOf({ image, region, outcome, tags, bytes, seconds }: Pair): readonly string[] {
  const names = tags.map(({ tag, digest }) => tag ?? digest.slice(0, 19))
  return [
    image,
    region,
    outcomeText(outcome),
    fewOf(names, TAGS_WIDTH),
    bytesText(bytes),
    secondsText(seconds),
  ]
}

function aligned(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0
  return column >= HEAD.indexOf('bytes') ? cell.padStart(width) : cell.padEnd(width)
}

export function outcomeText(outcome: string): string {
  return outcome === 'inSync' ? 'in sync' : outcome
}
