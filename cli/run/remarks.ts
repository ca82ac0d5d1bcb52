/** Renders what a run says besides its pairs: entries that have expired, and pruned tags. */
import type { RunDocument } from '../../local/run-document.ts'
import { describePruned } from '../../mirror/prune/describe.ts'
import { wrap } from '../terminal/words.ts'

const MOST_TAGS = 30

/** @param width - of the screen */
export function renderRemarks(
  { notices = [], pruned = [] }: Pick<RunDocument, 'notices' | 'pruned'>,
  width: number,
): string[] {
  const left = pruned.length - MOST_TAGS
  const lines = [
    ...notices,
    ...pruned.slice(0, MOST_TAGS).map(describePruned),
    ...(left > 0 ? [`and ${left} more unwanted tags; --json prints all of them`] : []),
  ]
  return lines.length === 0 ? [] : ['', ...lines.flatMap((line) => wrap(line, width))]
}
