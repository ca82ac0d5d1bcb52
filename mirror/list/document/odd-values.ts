/**
 * Finds values that are valid YAML but never meant: text that swallows the next line, aliases without an anchor,
 * typographic quotes.
 */
import { type Document, type LineCounter, type Scalar, visit } from 'yaml'
import { keyAt, quoted } from './explain-syntax.ts'
import type { Problem } from './problems.ts'

export function oddValues(document: Document, text: string, lines: LineCounter): Problem[] {
  const problems: Problem[] = []
  const anchors = new Set<string>()
  const report = (at: number, sentence: string | undefined): void => {
    if (sentence === undefined) return
    const { line } = lines.linePos(at)
    problems.push({ path: keyAt(text, at), line, text: sentence })
  }
  visit(document, {
    Alias(_, { source, range }) {
      const known = anchors.has(source)
      report(
        range?.[0] ?? 0,
        known ? undefined : `"*${source}" is an alias in YAML; put it in quotes, '*${source}'`,
      )
    },
    Scalar(key, scalar) {
      if (scalar.anchor !== undefined) anchors.add(scalar.anchor)
      const [start, end] = scalar.range ?? [0, 0]
      if (scalar.type !== 'PLAIN' || key === 'key' || key === null) return
      const written = text.slice(start, end)
      const lineBreak = written.indexOf('\n') + 1
      const odd = oddText(scalar, isBelow(text, start))
      report(start, odd)
      if (odd === undefined && lineBreak > 0) report(start + lineBreak, swallowed(written.slice(lineBreak)))
    },
    Collection(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor)
    },
  })
  return problems
}

function oddText({ value, source = '' }: Scalar, below: boolean): string | undefined {
  if (typeof value !== 'string') return undefined
  if (below && /^-[^\s\d]/.test(value)) return `${quoted(source)} needs a space after the dash`
  return /^[“”„‘’]/.test(value)
    ? `${quoted(source)} has typographic quotes; use straight ones, '…'`
    : undefined
}

function swallowed(written: string): string {
  const [line = ''] = written.trim().split('\n', 1)
  const how = line.startsWith('- ') ? 'align its dash with the others' : 'put it on one line, or in quotes'
  return `${quoted(line)} continues the text of the line above; ${how}`
}

/** Whether a value starts on a line of its own, below its key. */
function isBelow(text: string, start: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  return lineStart > 0 && text.slice(lineStart, start).trim() === ''
}
