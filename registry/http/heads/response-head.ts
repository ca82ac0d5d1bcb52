/**
 * Repairs response heads that are invalid but unambiguous, before Node's strict parser reads them: Content-Length beside
 * chunked or twice, bare LF, folded lines, control characters. Node's `insecureHTTPParser` would accept far more, but
 * still reject duplicate lengths.
 * https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length
 */
import { quote } from '../../model/label.ts'
import { ConnectionLost } from '../lost.ts'

export interface ResponseHead {
  readonly status: number
  /** The repaired head; undefined if the original is valid. */
  readonly mended: string | undefined
}

/** A permanent code (lost.ts), since a retry gets the same response. */
const INVALID = 'ERR_INVALID_ANSWER'
const MAX_QUOTED = 100
const [TAB, LF, CR, SPACE, COLON] = [9, 10, 13, 32, 58]
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection'])

interface Field {
  /** In lower case. */
  readonly name: string
  readonly value: string
  /** The repaired line. */
  readonly line: string
}

/**
 * @param text the head as Latin-1, including its empty line
 * @param isSuspect whether an earlier head of this exchange was repaired
 * @throws ConnectionLost for an ambiguous head
 */
export function readHead(text: string, isSuspect = false): ResponseHead {
  const lines = text.trim().split('\n')
  const [statusLine = '', ...rest] = lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const status = Number(statusLine.slice(9, 12))
  const fields = unfold(rest).map(fieldOf)
  const framed = withOneLength(fields)
  const isMended = isSuspect || framed !== fields || isOdd(text)
  if (!isMended) return { status, mended: undefined }
  // The server may disagree on where the body ends, so the connection must not be reused.
  const kept = isInterim(status) ? framed : framed.filter(({ name }) => !OF_CONNECTIONS.has(name))
  const closing = isInterim(status) ? [] : ['Connection: close']
  const all = [clean(statusLine), ...kept.map(({ line }) => line), ...closing, '', '']
  return { status, mended: all.join('\r\n') }
}

/** Whether another head follows. A 101 is final. */
export function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101
}

/** Joins lines that begin with white space to the preceding one. https://www.rfc-editor.org/rfc/rfc9112#name-obsolete-line-folding */
function unfold(lines: readonly string[]): string[] {
  const whole: string[] = []
  for (const line of lines) {
    if (!/^[ \t]/.test(line)) whole.push(line)
    else if (whole.length === 0) throw invalid('its first header line begins with white space')
    else whole.push(`${whole.pop()} ${line.trim()}`)
  }
  return whole
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(':')
  // The parser rejects a field without a name.
  if (colon < 1) return { name: '', value: '', line }
  const [name, value] = [line.slice(0, colon).trimEnd(), trimBlanks(line.slice(colon + 1))]
  return { name: name.toLowerCase(), value, line: `${name}: ${clean(value)}` }
}

/** Removes redundant lengths. https://www.rfc-editor.org/rfc/rfc9110#section-8.6-9 */
function withOneLength(fields: readonly Field[]): readonly Field[] {
  const lengths = listOf(fields, 'content-length')
  const listed = listOf(fields, 'transfer-encoding')
  const codings = listed.filter((coding) => coding.toLowerCase() !== 'identity')
  const [length, ...others] = lengths
  if (others.some((other) => other !== length)) throw twoLengths(lengths)
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw invalid(`its Content-Length is not a number: "${quote(length.slice(0, MAX_QUOTED))}"`)
  }
  const isChunked = codings.length > 0
  if (isChunked && length !== undefined && codings.join().toLowerCase() !== 'chunked') {
    throw twoLengths([length, ...codings])
  }
  const isOne = isChunked ? length === undefined : others.length === 0 && listed.length === 0
  if (isOne) return fields
  const rest = fields.filter(({ name }) => name !== 'content-length' && name !== 'transfer-encoding')
  if (isChunked) return [...rest, fieldOf('Transfer-Encoding: chunked')]
  return length === undefined ? rest : [...rest, fieldOf(`Content-Length: ${length}`)]
}

/** The values of all fields with a name; each field may be a list. */
function listOf(fields: readonly Field[], name: string): string[] {
  return fields
    .filter((field) => field.name === name)
    .flatMap(({ value }) => value.split(','))
    .map(trimBlanks)
}

/** Whether the head has bare LF, folded lines, white space before a colon, or control characters. */
function isOdd(text: string): boolean {
  for (let at = 0, inName = true; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF) {
      if (text.charCodeAt(at - 1) !== CR) return true
      const next = text.charCodeAt(at + 1)
      if (next === SPACE || next === TAB) return true
      inName = true
    } else if (code === COLON) {
      const before = text.charCodeAt(at - 1)
      if (inName && (before === SPACE || before === TAB)) return true
      inName = false
    } else if (code === CR ? text.charCodeAt(at + 1) !== LF : isControl(code)) return true
  }
  return false
}

function isControl(code: number): boolean {
  return (code < SPACE && code !== TAB) || code === 127
}

/** Replaces control characters by spaces, as https://www.rfc-editor.org/rfc/rfc9110#section-5.5 allows. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression matches control characters
  return text.replaceAll(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ')
}

/** Unlike `trim`, keeps control characters, so that a length with one is rejected. */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start++
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(start, end)
}

function twoLengths(all: readonly string[]): ConnectionLost {
  return invalid(`it has contradictory lengths: ${quote(all.join(' and ').slice(0, MAX_QUOTED))}`)
}

function invalid(why: string): ConnectionLost {
  return new ConnectionLost(`the response is ambiguous HTTP: ${why}`, INVALID)
}
