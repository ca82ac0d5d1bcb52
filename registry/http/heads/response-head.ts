/**
 * Reads the head of a response before Node's parser does, and rewrites what registries and proxies get wrong though its
 * meaning is clear: Content-Length beside chunked or twice, bare LF, folded lines, control characters. Node's parser
 * stays strict. Its `insecureHTTPParser` would let far more pass, and still refuse equal lengths.
 * https://www.rfc-editor.org/rfc/rfc9112#name-message-body-length
 */
import { quote } from '../../model/label.ts'
import { Lost } from '../lost.ts'

export interface ResponseHead {
  readonly status: number
  /** The head that Node's parser takes; undefined where it takes the original. */
  readonly mended: string | undefined
}

/** Another try gets the same answer, so the code is one of those that last (lost.ts). */
const INVALID = 'ERR_INVALID_ANSWER'
const MAX_QUOTED = 100
const [TAB, LF, CR, SPACE, COLON] = [9, 10, 13, 32, 58]
const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection'])

interface Field {
  /** In lower case. */
  readonly name: string
  readonly value: string
  /** The field as it is sent on. */
  readonly line: string
}

/**
 * @param text the head as Latin-1, up to and with its empty line
 * @param isSuspect an earlier head of this exchange was mended
 * @throws Lost for a head that has more than one meaning
 */
export function readHead(text: string, isSuspect = false): ResponseHead {
  const lines = text.trim().split('\n')
  const [statusLine = '', ...rest] = lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  const status = Number(statusLine.slice(9, 12))
  const fields = unfold(rest).map(fieldOf)
  const framed = withOneLength(fields)
  const isMended = isSuspect || framed !== fields || isOdd(text)
  if (!isMended) return { status, mended: undefined }
  // The other side may count its bytes differently: nothing may come after this answer.
  const kept = isInterim(status) ? framed : framed.filter(({ name }) => !OF_CONNECTIONS.has(name))
  const closing = isInterim(status) ? [] : ['Connection: close']
  const all = [clean(statusLine), ...kept.map(({ line }) => line), ...closing, '', '']
  return { status, mended: all.join('\r\n') }
}

/** Another head follows. A 101 is the last one. */
export function isInterim(status: number): boolean {
  return status >= 100 && status < 200 && status !== 101
}

/** Lines that begin with white space belong to the one before. https://www.rfc-editor.org/rfc/rfc9112#name-obsolete-line-folding */
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
  // Without a name it is for the parser to refuse.
  if (colon < 1) return { name: '', value: '', line }
  const [name, value] = [line.slice(0, colon).trimEnd(), trimBlanks(line.slice(colon + 1))]
  return { name: name.toLowerCase(), value, line: `${name}: ${clean(value)}` }
}

/** The same fields, or fewer where several say one length. https://www.rfc-editor.org/rfc/rfc9110#section-8.6-9 */
function withOneLength(fields: readonly Field[]): readonly Field[] {
  const lengths = listOf(fields, 'content-length')
  const told = listOf(fields, 'transfer-encoding')
  const codings = told.filter((coding) => coding.toLowerCase() !== 'identity')
  const [length, ...others] = lengths
  if (others.some((other) => other !== length)) throw twoLengths(lengths)
  if (length !== undefined && !/^\d{1,15}$/.test(length)) {
    throw invalid(`its Content-Length is not a number: "${quote(length.slice(0, MAX_QUOTED))}"`)
  }
  const isChunked = codings.length > 0
  if (isChunked && length !== undefined && codings.join().toLowerCase() !== 'chunked') {
    throw twoLengths([length, ...codings])
  }
  const isOne = isChunked ? length === undefined : others.length === 0 && told.length === 0
  if (isOne) return fields
  const rest = fields.filter(({ name }) => name !== 'content-length' && name !== 'transfer-encoding')
  if (isChunked) return [...rest, fieldOf('Transfer-Encoding: chunked')]
  return length === undefined ? rest : [...rest, fieldOf(`Content-Length: ${length}`)]
}

/** The values of all fields of a name, of which each may be a list. */
function listOf(fields: readonly Field[], name: string): string[] {
  return fields
    .filter((field) => field.name === name)
    .flatMap(({ value }) => value.split(','))
    .map(trimBlanks)
}

/** Bare LF, folded lines, white space before a colon, control characters. All are looked for in one pass. */
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

/** https://www.rfc-editor.org/rfc/rfc9110#section-5.5 reads them as spaces. */
function clean(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replaceAll(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ')
}

/** Not `trim`, which takes control characters for white space and lets a length pass that has some. */
function trimBlanks(text: string): string {
  let [start, end] = [0, text.length]
  while (start < end && (text[start] === ' ' || text[start] === '\t')) start++
  while (end > start && (text[end - 1] === ' ' || text[end - 1] === '\t')) end--
  return text.slice(start, end)
}

function twoLengths(all: readonly string[]): Lost {
  return invalid(`it has two lengths: ${quote(all.join(' and ').slice(0, MAX_QUOTED))}`)
}

function invalid(why: string): Lost {
  return new Lost(`its answer has no clear meaning in HTTP: ${why}`, INVALID)
}
