/** Explains what is wrong with the places that a list names, for the alert. */
import type { ListNotes } from '../documents.ts'
import { timeText } from '../page/times.ts'

/** The report has all of it. */
const MAX_TEXT = 10_000

/** Paragraphs; empty if nothing is wrong. */
export function problemsOfList({ broken, unlisted = [] }: ListNotes = {}): string[] {
  return [
    ...(broken === undefined
      ? []
      : [
          bounded([
            'The list is broken. Runs use the list of',
            `${timeText(broken.since)} until it is mended:`,
            broken.problem,
          ]),
        ]),
    ...(unlisted.length === 0 ? [] : [bounded(['Not mirrored:', ...unlisted.map((one) => `- ${one}`)])]),
  ]
}

function bounded(lines: readonly string[]): string {
  const text = lines.join('\n')
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text
}
