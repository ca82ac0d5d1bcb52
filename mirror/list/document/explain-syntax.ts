/** Explains YAML syntax errors to the author of the document: the place, the text, the fix. */
import type { ErrorCode, LineCounter, YAMLError } from 'yaml'
import { shortened } from '../../failure.ts'
import { keyAt, lineAt, MAX_QUOTED, quoted, startOfLine, wholeLine, wordAt } from './lines.ts'
import type { Problem } from './problems.ts'

/** Errors after which the parser continues correctly, so that each is a mistake. Of all others, only the first is. */
const INDEPENDENT: ReadonlySet<ErrorCode> = new Set([
  'BAD_ALIAS',
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'DUPLICATE_KEY',
  'TAB_AS_INDENT',
  'TAG_RESOLVE_FAILED',
])

const ALIGN = 'give the keys of one mapping, or the dashes of one list, the same indentation'
const IN_QUOTES = "put the whole value in quotes, '…'"

interface Mistake {
  /** Where it is: an offset in the text. */
  readonly at: number
  readonly text: string
}

export function explainSyntax(errors: readonly YAMLError[], text: string, lines: LineCounter): Problem[] {
  const first = errors.find(({ code }) => !INDEPENDENT.has(code))
  const mistakes = errors.filter((error) => error === first || INDEPENDENT.has(error.code))
  const lineOf = (at: number) => lines.linePos(at).line
  const perLine = new Map(mistakes.toReversed().map((error) => [lineOf(error.pos[0]), error]))
  return [...perLine.values()].reverse().map((error) => {
    const { at, text: sentence } = explain(error, errors, text)
    return { path: keyAt(text, at), line: lineOf(at), text: sentence }
  })
}

function explain(error: YAMLError, errors: readonly YAMLError[], text: string): Mistake {
  const [start, end] = error.pos
  const here = quoted(lineAt(text, start))
  const at = (sentence: string, offset = start): Mistake => ({ at: offset, text: sentence })
  if (/^ *\t/.test(wholeLine(text, start)) || error.code === 'TAB_AS_INDENT') {
    return at(`${here} is indented with a tab; indent it with spaces`)
  }
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return at(`the key "${wordAt(text, start)}" appears twice; remove one of them`)
    case 'MULTIPLE_DOCS':
      return at('a second document starts here; remove the "---", so that there is one')
    case 'BAD_ALIAS':
      return at(unknownAlias(here))
    case 'BAD_SCALAR_START':
      return at(`${here} has a value that starts with "${text.charAt(start)}"; ${IN_QUOTES}`)
    case 'TAG_RESOLVE_FAILED':
      return at(`${here} has a value that starts with "!", a tag in YAML; ${IN_QUOTES}`)
    case 'NON_STRING_KEY':
      return at(`${here} has a mapping or a list in place of a key; ${IN_QUOTES}`)
    case 'BAD_DQ_ESCAPE': {
      const sequence = text.slice(start, start + 2)
      return at(
        `"${sequence}" is not an escape sequence of double quotes; use single quotes, which keep backslashes`,
      )
    }
    case 'BLOCK_IN_FLOW':
      return at(`${here} has a key within a value; add a comma before it`)
    case 'BAD_INDENT':
      return unclosed(error, text) ?? at(`${here} is not aligned with the lines above; ${ALIGN}`)
    case 'BLOCK_AS_IMPLICIT_KEY': {
      const next = errors.find(({ code, pos }) => code === 'MULTILINE_IMPLICIT_KEY' && pos[0] === start)
      if (next !== undefined) return explain(next, errors, text)
      if (error.message.startsWith('A block sequence'))
        return at(`${here} is not aligned with the lines above; ${ALIGN}`)
      return at(`${here} has two ": ", each of which ends a key; put the value in quotes, '…'`)
    }
    case 'MULTILINE_IMPLICIT_KEY': {
      const own = wholeLine(text, start)
      // `- source: redis`, and below it a key that is indented further than `source`.
      if (/: /.test(own.slice(0, start - startOfLine(text, start)))) {
        return at(`${quoted(lineAt(text, end))} is indented too far; ${ALIGN}`, end)
      }
      return at(withoutColon(lineAt(text, start)))
    }
    case 'MISSING_CHAR':
      return explainMissingChar(error, text)
    case 'UNEXPECTED_TOKEN':
      return at(explainToken(error, text))
    default:
      return at(`is not valid YAML: ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`)
  }
}

/** @param here - the quoted line */
export function unknownAlias(here: string): string {
  return `${here} has a value that starts with "*", an alias in YAML; ${IN_QUOTES}`
}

function explainMissingChar(error: YAMLError, text: string): Mistake {
  const [start] = error.pos
  const here = quoted(lineAt(text, start))
  const quote = /^Missing closing (["'])quote/.exec(error.message)?.[1]
  if (quote !== undefined) {
    const open = openQuote(text, start, quote)
    return {
      at: open,
      text: `${quoted(lineAt(text, open))} has a quote, ${quote}, that is not closed; add it`,
    }
  }
  if (error.message.startsWith('Sequence item')) {
    return { at: start, text: `${here} is not aligned with the lines above; ${ALIGN}` }
  }
  if (error.message.startsWith('Implicit map keys'))
    return { at: start, text: withoutColon(lineAt(text, start)) }
  return (
    unclosed(error, text) ?? {
      at: start,
      text: `${here} lacks a comma between two values; add it, or put a value that has [ ] { } or , in quotes, '…'`,
    }
  )
}

function explainToken({ message, pos: [start] }: YAMLError, text: string): string {
  const here = quoted(lineAt(text, start))
  const sign = text.charAt(start)
  if (message.includes('block-seq-ind')) return `${here} starts a list on the line of its key; start it below`
  if (/flow-(?:seq|map)-end|Unexpected ,/.test(message)) return `${here} has a "${sign}" too many; remove it`
  return `${here} continues after the end of a value; ${IN_QUOTES}`
}

/** A bracket that is never closed, which the parser reports on a later line. */
function unclosed({ message, pos: [start] }: YAMLError, text: string): Mistake | undefined {
  const close = /end with a ([\]}])/.exec(message)?.[1]
  if (close === undefined) return undefined
  const open = close === ']' ? '[' : '{'
  const at = text.lastIndexOf(open, start - 1)
  return { at, text: `${quoted(lineAt(text, at))} has a "${open}" that is not closed; add "${close}"` }
}

function withoutColon(line: string): string {
  const [, dash = '', key, value] = /^(- +)?([\w.-]+):(\S.*)$/.exec(line) ?? []
  if (key !== undefined) return `${quoted(line)} needs a space after the colon: "${dash}${key}: ${value}"`
  if (line.startsWith('- '))
    return `${quoted(line)} starts a list where a key must be; indent it below its key`
  if (/^[\w.-]+$/.test(line)) return `${quoted(line)} needs a colon: "${shortened(line, MAX_QUOTED)}:"`
  return `${quoted(line)} is not a key with a value; write it as "key: value"`
}

/** The quote that opens the text that ends here: the first of its line that has no partner. */
function openQuote(text: string, end: number, quote: string): number {
  for (let at = startOfLine(text, end); ; at = startOfLine(text, at - 1)) {
    const line = wholeLine(text, at)
    const count = line.split(quote).length - 1
    if (count % 2 === 1) return at + line.lastIndexOf(quote)
    if (at === 0) return end
  }
}
