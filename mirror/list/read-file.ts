/** Reads the files that a list names instead of giving their text. */
import { messageOf } from './document/problems.ts'

/** Reads a file by its path relative to the list. @throws if it cannot */
export type ReadFile = (path: string) => string

/**
 * @param read - undefined where files cannot be read, as in a run
 * @param instead - what to give in place of the path, for the fix
 * @throws {Error} with the problem and the fix
 */
export function readNamedFile(path: string, read: ReadFile | undefined, instead: string): string {
  if (read === undefined) {
    throw new Error(`"${path}" is a file path, but files cannot be read here; give ${instead} itself`)
  }
  try {
    return read(path)
  } catch (error) {
    throw new Error(`"${path}" cannot be read: ${messageOf(error)}`)
  }
}
