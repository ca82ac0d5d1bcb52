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
    throw new Error(`"${path}" cannot be read: ${reasonOf(error)}`)
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is not a folder',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'this user may not read it; change its permissions',
  EPERM: 'this user may not read it; change its permissions',
}

function reasonOf(error: unknown): string {
  const { code = '', path } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  if (code === 'ENOENT' && path !== undefined)
    return `there is no file ${path}; its path is relative to the list`
  return REASONS[code] ?? messageOf(error)
}
