/** Skips writes of a JSON document that has not changed since the last one. */
import { isDeepStrictEqual } from 'node:util'

/**
 * Compares documents by value, in whatever order their keys are.
 * @param stored - the document as it was read
 */
export function writeChanges<T>(stored: T, write: (next: T) => Promise<unknown>): (next: T) => Promise<void> {
  let last: unknown = stored
  return async (next) => {
    // Without properties that are undefined, which a stored document does not have.
    const written: unknown = JSON.parse(JSON.stringify(next))
    if (isDeepStrictEqual(written, last)) return
    await write(next)
    last = written
  }
}
