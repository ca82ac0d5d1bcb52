/** The rest of something, read in pieces over several connections at once, and handed on in its order. */

/** Bytes: each costs a round trip, and as much memory. */
const PIECE_BYTES = 512 * 1024

export interface Pieces {
  /** In their order. @throws what reading one of them threw */
  readonly chunks: AsyncIterable<Uint8Array>
  /** True when the first of them has come, and none could not be read. */
  isReady(): boolean
}

export interface PiecesOptions {
  readonly start: number
  readonly end: number
  /** Pieces that are on their way at once; as many again may wait to be handed on. */
  readonly atOnce: number
  readonly pieceBytes?: number
  /** Reads a part. */
  read(start: number, end: number): Promise<readonly Uint8Array[]>
}

/** Begins to read at once. To stop it, `read` has to fail. */
export function readPieces(options: PiecesOptions): Pieces {
  const { end, atOnce, read, pieceBytes = PIECE_BYTES } = options
  const pieces: Promise<readonly Uint8Array[]>[] = []
  let next = options.start
  let onTheWay = 0
  let isReady = false
  let broken = false

  function fill(): void {
    while (!broken && onTheWay < atOnce && pieces.length < 2 * atOnce && next < end) {
      const start = next
      next = Math.min(start + pieceBytes, end)
      pieces.push(track(read(start, next), start))
    }
  }

  function track(piece: Promise<readonly Uint8Array[]>, start: number): Promise<readonly Uint8Array[]> {
    onTheWay++
    piece.then(
      () => {
        onTheWay--
        isReady ||= start === options.start
        fill()
      },
      () => {
        broken = true
      },
    )
    return piece
  }

  async function* inOrder(): AsyncGenerator<Uint8Array> {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const chunks = await piece
      fill()
      yield* chunks
    }
  }

  fill()
  return { chunks: inOrder(), isReady: () => isReady && !broken }
}
