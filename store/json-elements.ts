/**
 * A JSON array read element by element, so that a file of gigabytes takes no more memory than its longest element.
 * Whether an element is JSON is left to `JSON.parse`; here it is only found out where each ends.
 */

/** @throws when the text is not one JSON array, or not all of one */
export async function* jsonElements(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  const { cut, isWhole } = cutter()
  for await (const chunk of chunks) {
    for (const text of cut(decoder.decode(chunk, { stream: true }))) yield JSON.parse(text)
  }
  if (!isWhole()) throw new Error('the JSON array has no end')
}

const [QUOTE, COMMA, BACKSLASH] = [0x22, 0x2c, 0x5c] as const
const [OPENING_BRACKET, CLOSING_BRACKET, OPENING_BRACE, CLOSING_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d] as const

function cutter() {
  /** What came of the current element with earlier pieces, or of what is around the array. */
  let before = ''
  let depth = 0
  let inString = false
  let escaped = false
  let ended = false

  /** The elements that end in this piece of the text. */
  function* cut(piece: string): Generator<string> {
    let start = 0
    const take = (end: number) => {
      const text = before + piece.slice(start, end)
      before = ''
      start = end + 1
      return text
    }
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at)
      if (inString) {
        if (escaped) escaped = false
        else if (code === BACKSLASH) escaped = true
        else if (code === QUOTE) inString = false
      } else if (code === QUOTE) inString = true
      else if (code === OPENING_BRACKET || code === OPENING_BRACE) {
        if (++depth === 1) requireStart(code, take(at))
      } else if (code === CLOSING_BRACKET || code === CLOSING_BRACE) {
        if (--depth !== 0) continue
        ended = true
        const last = take(at)
        if (last.trim() !== '') yield last
      } else if (code === COMMA && depth === 1) yield take(at)
    }
    before += piece.slice(start)
    if (depth === 0 && before.trim() !== '') throw notAnArray()
  }

  function requireStart(code: number, around: string): void {
    if (ended || code !== OPENING_BRACKET || around.trim() !== '') throw notAnArray()
  }

  return { cut, isWhole: () => ended && depth === 0 }
}

function notAnArray(): Error {
  return new Error('the text is not one JSON array')
}
