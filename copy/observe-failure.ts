/** Reports failures of a byte stream and passes its chunks through. */

/** Returns the same stream. Calls `onFailure` when the stream fails, but not when the reader leaves. */
export function observeFailure(
  stream: AsyncIterable<Uint8Array>,
  onFailure: (error: unknown) => void,
): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]() {
      const inner = stream[Symbol.asyncIterator]()
      return {
        next: () =>
          inner.next().catch((error: unknown) => {
            onFailure(error)
            throw error
          }),
        return: async (value?: unknown) => (await inner.return?.(value)) ?? { done: true, value },
      }
    },
  }
}
