/** Finds and quotes lines, words and keys in the text of a document. */
import { shortened } from '../../failure.ts'

const MAX_LINE = 500
export const MAX_QUOTED = 60
const MAX_LINES_ABOVE = 50

export function startOfLine(text: string, at: number): number {
  return text.lastIndexOf('\n', at - 1) + 1
}

export function wholeLine(text: string, at: number): string {
  const end = text.indexOf('\n', at)
  return text.slice(startOfLine(text, at), end < 0 ? undefined : end)
}

export function lineAt(text: string, at: number): string {
  return wholeLine(text, at).slice(0, MAX_LINE).trim()
}

/** Files of other tools have secrets, people put them into lists, and messages end up in logs. */
const SECRET = /(?:pass|password|passwd|secret|token|accesskey|auth)["']?\s?:/i

/** In quotation marks that the line does not have, if it leaves any. */
export function quoted(line: string): string {
  const secret = SECRET.exec(line)
  const end = secret === null ? undefined : secret.index + secret[0].length
  const shown = `${shortened(line.slice(0, end), MAX_QUOTED)}${end === undefined ? '' : ' …'}`
  const mark = ['"', "'", '`'].find((one) => !shown.includes(one)) ?? '"'
  return `${mark}${shown}${mark}`
}

export function wordAt(text: string, at: number): string {
  return shortened(/^["']?([^\s"':]+)/.exec(text.slice(at, at + 2 * MAX_QUOTED))?.[1] ?? '', MAX_QUOTED)
}

/** The key on the line of an error, or the nearest one above. */
export function keyAt(text: string, at: number): string[] {
  let start = startOfLine(text, at)
  for (let above = 0; above < MAX_LINES_ABOVE; above++) {
    // `- redis:7.4` has no key.
    const [, key] = /^(?:- +(?=\S+:(?:\s|$)))?[{"']{0,2}([\w.-]{1,64})["']?:/.exec(lineAt(text, start)) ?? []
    if (key !== undefined) return [key]
    if (start === 0) break
    start = startOfLine(text, start - 1)
  }
  return []
}
