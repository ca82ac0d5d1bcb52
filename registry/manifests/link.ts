/**
 * Parses Link headers as registries send them: with or without angle brackets, with single or double quotes, and with
 * several links. Runs in linear time. https://www.rfc-editor.org/rfc/rfc8288#section-3
 */

export interface Link {
  readonly target: string
  /** In lower case; empty if the link has none. */
  readonly relations: readonly string[]
}

export function parseLinks(header: string): Link[] {
  return split(header, ',').flatMap((text) => {
    const [first = '', ...params] = split(text, ';')
    const target = unwrap(unwrap(first, '<', '>'), '"', '"')
    const rel = params.find((param) => /^rel\s*=/i.test(param))
    return target === '' ? [] : [{ target, relations: rel === undefined ? [] : relationsIn(rel) }]
  })
}

function relationsIn(param: string): string[] {
  const value = param.slice(param.indexOf('=') + 1)
  const text = unwrap(unwrap(value, '"', '"'), "'", "'").toLowerCase()
  return text.split(/\s+/).filter((relation) => relation !== '')
}

/** Splits at separators outside of brackets and quotes, and trims the parts. */
function split(text: string, separator: string): string[] {
  const parts: string[] = []
  // An apostrophe or an unclosed bracket is plain text.
  const last = { '>': text.lastIndexOf('>'), '"': text.lastIndexOf('"'), "'": text.lastIndexOf("'") }
  let start = 0
  let close: keyof typeof last | undefined
  let before = ''
  for (let at = 0; at < text.length; at++) {
    const letter = text.charAt(at)
    if (close !== undefined) {
      if (letter === close) close = undefined
    } else if (letter === separator) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    } else {
      const closing =
        letter === '<' ? '>' : letter === '"' || (letter === "'" && before === '=') ? letter : undefined
      if (closing !== undefined && at < last[closing]) close = closing
    }
    if (letter.trim() !== '') before = letter
  }
  return [...parts, text.slice(start).trim()]
}

function unwrap(text: string, open: string, close: string): string {
  const trimmed = text.trim()
  const from = trimmed.startsWith(open) ? 1 : 0
  const to = trimmed.length > from && trimmed.endsWith(close) ? -1 : undefined
  return trimmed.slice(from, to).trim()
}
