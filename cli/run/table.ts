/** Renders the pairs of a run as a table. */
import type { RunDocument } from '../../local/run-document.ts'
import { bytesText, durationText } from '../../mirror/units.ts'
import { isInterruption } from '../terminal/interrupted.ts'
import { clip, fewOf, shorten } from '../terminal/words.ts'

type Pair = RunDocument['pairs'][number]

const HEAD = ['image', 'target', 'outcome', 'tags', 'bytes', 'seconds'] as const
/** Above this number of pairs, the table leaves out those that are in sync. */
const MOST_LINES = 200
const TAGS_WIDTH = 30

/** @param width - of the screen; images are shortened first, then tags */
export function renderTable(pairs: readonly Pair[], width = Number.POSITIVE_INFINITY): string[] {
  if (pairs.length === 0) return []
  const shown = pairs.length <= MOST_LINES ? pairs : pairs.filter(({ outcome }) => outcome !== 'inSync')
  const rows = [HEAD, ...shown.map(rowOf)]
  const widths = fitted(
    HEAD.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length))),
    width,
  )
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => aligned(cell, column, widths))
    return clip(cells.join('  ').trimEnd(), width)
  })
  const left = pairs.length - shown.length
  return left === 0 ? lines : [...lines, `and ${left} more pairs, all in sync`]
}

/** Shortens the image column first and then the tag column, but keeps entries distinguishable. */
function fitted(widths: readonly number[], width: number): readonly number[] {
  const total = widths.reduce((sum, one) => sum + one + 2, -2)
  let over = Math.max(0, total - width)
  const narrowed = [...widths]
  for (const [name, least] of [
    ['image', 24],
    ['tags', 8],
    ['image', 12],
  ] as const) {
    const column = HEAD.indexOf(name)
    const given = Math.min(over, Math.max(0, (narrowed[column] ?? 0) - least))
    narrowed[column] = (narrowed[column] ?? 0) - given
    over -= given
  }
  return narrowed
}

function rowOf({ image, target, outcome, error, tags, bytes, seconds }: Pair): readonly string[] {
  const names = tags.map(({ tag, digest }) => tag ?? digest.slice(0, 19))
  return [
    image,
    target,
    isInterruption(error) ? 'interrupted' : outcomeText(outcome),
    fewOf(names, TAGS_WIDTH),
    // A dry run does not know what would be copied.
    outcome === 'stale' || outcome === 'missing' ? '' : bytesText(bytes),
    durationText(seconds),
  ]
}

function aligned(cell: string, column: number, widths: readonly number[]): string {
  const width = widths[column] ?? 0
  if (column >= HEAD.indexOf('bytes')) return cell.padStart(width)
  return (column === 0 ? shorten(cell, width) : clip(cell, width)).padEnd(width)
}

export function outcomeText(outcome: string): string {
  return outcome === 'inSync' ? 'in sync' : outcome
}
