/** Renders what a run says besides its outcomes: what a dry run selects, entries that have expired, and pruned tags. */
import type { RunDocument } from '../../local/run-document.ts'
import { describePruned } from '../../mirror/prune/describe.ts'
import { wrap } from '../terminal/words.ts'

const MOST_NOTES = 50
const MOST_TAGS = 30

/** @param width - of the screen */
export function renderRemarks(
  { pairs = [], notices = [], pruned = [] }: Partial<Pick<RunDocument, 'pairs' | 'notices' | 'pruned'>>,
  width: number,
): string[] {
  // The same for every target of an image.
  const notes = [...new Set(pairs.flatMap((pair) => pair.notes ?? []))]
  const unsaid = notes.length - MOST_NOTES
  const left = pruned.length - MOST_TAGS
  const lines = [
    ...notes.slice(0, MOST_NOTES).map((note) => `note: ${note}`),
    ...(unsaid > 0 ? [`and ${unsaid} more notes; --json prints all of them`] : []),
    ...notices,
    ...pruned.slice(0, MOST_TAGS).map(describePruned),
    ...(left > 0 ? [`and ${left} more unwanted tags; --json prints all of them`] : []),
  ]
  return lines.length === 0 ? [] : ['', ...lines.flatMap((line) => wrap(line, width))]
}
