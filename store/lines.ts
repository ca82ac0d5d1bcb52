/** Streams the lines of a text, so that memory is bounded by the longest line. */

/** Yields the last line even if it is empty. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  /** Pieces of the current line. Joined once, because a line may be long. */
  let pieces: string[] = []
  for await (const chunk of chunks) {
    const [piece = '', ...lines] = decoder.decode(chunk, { stream: true }).split('\n')
    pieces.push(piece)
    for (const line of lines) {
      yield pieces.join('')
      pieces = [line]
    }
  }
  yield pieces.join('') + decoder.decode()
}
