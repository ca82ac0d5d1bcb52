/** The source's side of one upload attempt: opened once, counted, and its failures told apart from the target's. */
import { RegistryError } from '../model/errors.ts'
import type { BlobSource } from '../model/registry.ts'

export interface Feed {
  /** Takes the next `bytes` of the source; can be called again for what comes after them. */
  take(bytes: number): AsyncIterable<Uint8Array>
  /** Bytes handed over so far. */
  sent(): number
  /** What broke at the source, if that is where it broke. */
  failure(): unknown
  /** Nothing more is wanted. */
  close(): void
}

/** @throws what the source's `open` throws */
export async function openFeed(source: BlobSource, signal: AbortSignal): Promise<Feed> {
  const chunks = (await source.open(signal))[Symbol.asyncIterator]()
  let left: Uint8Array | undefined
  let sent = 0
  let failure: unknown

  async function next(): Promise<Uint8Array | undefined> {
    const kept = left
    left = undefined
    if (kept !== undefined) return kept
    try {
      const { done, value } = await chunks.next()
      return done === true ? undefined : value
    } catch (error) {
      failure = error
      throw error
    }
  }

  async function* take(bytes: number): AsyncGenerator<Uint8Array> {
    let wanted = bytes
    // Asked for more than is wanted: only at its very end does the source know that all was well.
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      const part = chunk.length > wanted ? chunk.subarray(0, wanted) : chunk
      if (part.length < chunk.length) left = chunk.subarray(part.length)
      wanted -= part.length
      sent += part.length
      if (part.length > 0) yield part
      if (left !== undefined) return
    }
    if (wanted === 0) return
    failure = new RegistryError(`the source ended ${wanted} bytes early`, { kind: 'invalidContent' })
    throw failure
  }

  function close(): void {
    // A source that fails to close has nothing to tell that anybody waits for.
    chunks.return?.().then(undefined, () => {})
  }

  return { take, sent: () => sent, failure: () => failure, close }
}
