/** The source stream of one upload attempt. Counts bytes, and distinguishes the source's failures from the target's. */
import { RegistryError } from '../model/errors.ts'
import type { BlobSource } from '../model/registry.ts'

export interface Feed {
  /** Reads the next `bytes` of the source. May be called again for the following ones. */
  take(bytes: number): AsyncIterable<Uint8Array>
  /** The number of bytes read so far. */
  sent(): number
  /** The error of the source, if it failed. */
  failure(): unknown
  /** Closes the source. */
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
    // Reads past the last byte, since the source verifies the content at its end.
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
    // An error while closing does not matter.
    chunks.return?.().then(undefined, () => {})
  }

  return { take, sent: () => sent, failure: () => failure, close }
}
