/**
 * Finds values that are valid YAML but never meant: text that swallows the next line, aliases without an anchor,
 * typographic quotes.
 */
import { type Document, type LineCounter, visit } from 'yaml'
import { unknownAlias } from './explain-syntax.ts'
import { keyAt, lineAt, quoted } from './lines.ts'
import type { Problem } from './problems.ts'

/** More do not help, and quoting lines takes time. */
const MAX_PROBLEMS = 50
const MAX_INDENT = 200

export function oddValues(document: Document, text: string, lines: LineCounter): Problem[] {
  const problems: Problem[] = []
  const anchors = new Set<string>()
  const report = (at: number, sentence: (here: string) => string): symbol | undefined => {
    const { line } = lines.linePos(at)
    problems.push({ path: keyAt(text, at), line, text: sentence(quoted(lineAt(text, at))) })
    return problems.length < MAX_PROBLEMS ? undefined : visit.BREAK
  }
  visit(document, {
    Alias(_, { source, range }) {
      if (anchors.has(source)) return undefined
      return report(range?.[0] ?? 0, unknownAlias)
    },
    Scalar(key, scalar) {
      if (scalar.anchor !== undefined) anchors.add(scalar.anchor)
      if (scalar.type !== 'PLAIN' || key === 'key' || key === null) return undefined
      const { value, range } = scalar
      const [start, end] = range ?? [0, 0]
      if (typeof value !== 'string') return undefined
      if (/^-[^\s\d]/.test(value) && isBelow(text, start)) {
        return report(start, (here) => `${here} needs a space after the dash`)
      }
      if (/^[“”„‘’]/.test(value)) {
        return report(start, (here) => `${here} has typographic quotes; use straight ones, '…'`)
      }
      const next = text.slice(start, end).indexOf('\n') + 1
      return next === 0 ? undefined : report(firstWord(text, start + next), swallowed)
    },
    Collection(_, { anchor }) {
      if (anchor !== undefined) anchors.add(anchor)
    },
  })
  return problems
}

function swallowed(here: string): string {
  const how = here.startsWith('"- ') ? 'align its dash with the others' : 'put it on one line, or in quotes'
  return `${here} continues the text of the line above; ${how}`
}

/** Skips empty lines. */
function firstWord(text: string, at: number): number {
  const blank = /^\s*/.exec(text.slice(at, at + MAX_INDENT))?.[0] ?? ''
  return at + blank.length
}

/** Whether a value starts on a line of its own, below its key. */
function isBelow(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - MAX_INDENT), start)
  return before.includes('\n') && before.slice(before.lastIndexOf('\n')).trim() === ''
}
