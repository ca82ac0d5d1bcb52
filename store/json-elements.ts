/**
 * Streams the elements of a JSON array, so that memory is bounded by the longest element. Only finds where each element
 * ends; `JSON.parse` validates it.
 */

/** @throws if the text is not a complete JSON array */
export async function* jsonElements(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder()
  const { cut, isWhole } = cutter()
  for await (const chunk of chunks) {
    for (const text of cut(decoder.decode(chunk, { stream: true }))) yield JSON.parse(text)
  }
  if (!isWhole()) throw new Error('the JSON array is incomplete')
}

function cutter() {
  /** The next significant character, which a regular expression finds faster than a loop. */
  const inText = /["\\]/g
  const around = /["[\]{},]/g
  /** The text of the current element, or around the array, from earlier pieces. */
  let before = ''
  let depth = 0
  let inString = false
  let escaped = false
  let ended = false

  /** The elements that end in this piece of the text. */
  function* cut(piece: string): Generator<string> {
    let start = 0
    let at = escaped ? 1 : 0
    escaped = false
    const take = (end: number) => {
      const text = before + piece.slice(start, end)
      before = ''
      start = end + 1
      return text
    }
    while (at < piece.length) {
      const next = inString ? inText : around
      next.lastIndex = at
      if (!next.test(piece)) break
      at = next.lastIndex
      const found = piece[at - 1]
      if (found === '\\') escaped = ++at > piece.length
      else if (found === '"') inString = !inString
      else if (found === '[' || found === '{') {
        if (++depth === 1) requireStart(found, take(at - 1))
      } else if (found === ',') {
        if (depth === 1) yield take(at - 1)
      } else if (--depth === 0) {
        ended = true
        const last = take(at - 1)
        if (last.trim() !== '') yield last
      }
    }
    before += piece.slice(start)
    if (depth === 0 && before.trim() !== '') throw notAnArray()
  }

  function requireStart(bracket: string, text: string): void {
    if (ended || bracket !== '[' || text.trim() !== '') throw notAnArray()
  }

  return { cut, isWhole: () => ended && depth === 0 }
}

function notAnArray(): Error {
  return new Error('the text is not a JSON array')
}
