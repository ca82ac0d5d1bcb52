/** Renders a run in progress as a matrix of images and targets, in plain text lines. */
import { isSettled, type PairProgress, type PairState } from '../../local/stepfunctions/progress.ts'
import { clip, shorten } from '../terminal/words.ts'

export interface Canvas {
  readonly columns: number
  readonly rows: number
  /** Colours a text for a state. @default - no colours */
  readonly paint?: (text: string, state: PairState) => string
}

const CELL: Readonly<Record<PairState, { readonly mark: string; readonly word: string }>> = {
  waiting: { mark: '·', word: '' },
  resolving: { mark: '○', word: 'resolving' },
  checking: { mark: '○', word: 'checking' },
  syncing: { mark: '▶', word: 'syncing' },
  'backing off': { mark: '…', word: 'waiting' },
  interrupted: { mark: '·', word: 'interrupted' },
  inSync: { mark: '=', word: 'in sync' },
  synced: { mark: '✓', word: 'synced' },
  stale: { mark: '≠', word: 'stale' },
  missing: { mark: '+', word: 'missing' },
  deferred: { mark: '…', word: 'deferred' },
  failed: { mark: '✗', word: 'failed' },
}
const NARROWEST_IMAGE = 20
const CELL_WIDTH = 11

export function renderMatrix(
  pairs: readonly PairProgress[],
  { columns, rows, paint = (text) => text }: Canvas,
): string[] {
  const summary = clip(renderSummary(pairs), columns - 1)
  const targets = [...new Set(pairs.map(({ target }) => target))]
  const widths = targets.map((target) => Math.max(target.length, CELL_WIDTH))
  const room = columns - 1 - widths.reduce((sum, width) => sum + width + 2, 0)
  // A screen that is too narrow for the cells shows the summary only.
  if (pairs.length === 0 || room < NARROWEST_IMAGE) return [summary]
  const images = byImage(pairs)
  const shown = mostInteresting(images, Math.max(1, rows - 4))
  const width = Math.min(room, Math.max(...shown.map(({ image }) => image.length)))
  const line = (image: string, cells: readonly string[]) =>
    [shorten(image, width).padEnd(width), ...cells].join('  ').trimEnd()
  const cell = (state: PairState | undefined, column: number) => {
    const text = cellText(state).padEnd(widths[column] ?? 0)
    return state === undefined ? text : paint(text, state)
  }
  const more = images.length - shown.length
  return [
    line(
      '',
      targets.map((target, column) => target.padEnd(widths[column] ?? 0)),
    ),
    ...shown.map(({ image, states }) =>
      line(
        image,
        targets.map((target, column) => cell(states.get(target), column)),
      ),
    ),
    ...(more > 0 ? [`and ${more} more images`] : []),
    summary,
  ]
}

export function renderSummary(pairs: readonly PairProgress[]): string {
  if (pairs.length === 0) return 'planning'
  const counts = Map.groupBy(pairs, ({ state }) => CELL[state].word || 'to do')
  const settled = pairs.filter(({ state }) => isSettled(state)).length
  const parts = [...counts].map(([word, some]) => `${some.length} ${word}`)
  return `${settled} of ${pairs.length} pairs done: ${parts.join(', ')}`
}

interface ImageRow {
  readonly image: string
  readonly states: ReadonlyMap<string, PairState>
}

function byImage(pairs: readonly PairProgress[]): ImageRow[] {
  return [...Map.groupBy(pairs, ({ id }) => id).values()].map((some) => ({
    image: some[0]?.image ?? '',
    states: new Map(some.map(({ target, state }) => [target, state])),
  }))
}

/** If not all images fit, prefers active ones, then failed ones, and keeps the plan's order. */
function mostInteresting(images: readonly ImageRow[], count: number): ImageRow[] {
  if (images.length <= count) return [...images]
  const chosen = new Set([...images].sort((a, b) => rank(a) - rank(b)).slice(0, count))
  return images.filter((image) => chosen.has(image))
}

function rank({ states }: ImageRow): number {
  const all = [...states.values()]
  if (all.some((state) => !isSettled(state) && state !== 'waiting')) return 0
  if (all.includes('failed')) return 1
  return all.includes('waiting') ? 2 : 3
}

/** Returns an empty cell for a pair that is not in the plan. */
function cellText(state: PairState | undefined): string {
  return state === undefined ? '' : `${CELL[state].mark} ${CELL[state].word}`.trimEnd()
}
