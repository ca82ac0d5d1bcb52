/** Watches a stream of bytes for breaking, and passes it on untouched. */

/** The same stream; `broke` is told when it fails, not when it is left. */
export function noteFailure(
  stream: AsyncIterable<Uint8Array>,
  broke: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]()
      return {
        next: () =>
          inner.next().catch((error: unknown) => {
            broke(error)
            throw error
          }),
        return: async (value?: unknown) => (await inner.return?.(value)) ?? { done: true, value },
      }
    },
  }
}
