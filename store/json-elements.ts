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

function cutter() {
  /** What ends a run of characters that mean nothing here; engines find these faster than a loop does. */
  const inText = /["\\]/g
  const around = /["[\]{},]/g
  /** What came of the current element with earlier pieces, or of what is around the array. */
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
  return new Error('the text is not one JSON array')
}
