/** Explains errors of the operating system, such as a full disk, a read-only folder or too few file descriptors. */

interface SystemError extends Error {
  readonly code: string
  readonly path?: string
}

/** Errors about a path. */
const PATH_ERRORS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space',
  EDQUOT: 'the disk quota is used up: free some space',
  EFBIG: 'the file exceeds the size limit of this process: raise the limit with "ulimit -f"',
  EROFS: 'the file system is read-only',
  EACCES: 'permission denied: change the permissions',
  EPERM: 'the system does not permit this operation: change the owner',
  ENOTDIR: 'this is not a folder',
  EISDIR: 'this is a folder, not a file',
  ENAMETOOLONG: 'the path is too long: use a shorter one',
  ELOOP: 'the path contains a loop of symbolic links',
  EIO: 'the disk reports a fault: check it',
}
const ANOTHER_FOLDER_HELPS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'EIO']

/** Errors about this process or the machine. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EMFILE: 'this process may not open more files: raise the limit with "ulimit -n 1024" and run it again',
  ENFILE: 'the system cannot open more files: close other programs and run it again',
  ENOMEM: 'the system is out of memory: close other programs and run it again',
  EAGAIN: 'the system cannot start more processes: raise the limit with "ulimit -u", or close other programs',
}

export interface SystemProblem {
  /** Its constant name, such as `ENOSPC`. */
  readonly code: string
  readonly sentence: string
}

/**
 * Returns undefined for an error that does not come from the operating system; it is a bug.
 * @param folderFlag - the flag of the command that names the folder for its files. @default - it has none
 */
export function systemProblem(error: unknown, folderFlag?: string): SystemProblem | undefined {
  const found = systemErrorIn(error)
  if (found === undefined) return undefined
  const { code, path, message } = found
  const sentence = PATH_ERRORS[code] ?? SYSTEM_ERRORS[code]
  if (sentence === undefined) return { code, sentence: message }
  const isAbout = path !== undefined && code in PATH_ERRORS
  return {
    code,
    sentence: `${isAbout ? withPath(path, sentence, { code, folderFlag }) : sentence} (${code})`,
  }
}

function withPath(
  path: string,
  sentence: string,
  { code, folderFlag }: { readonly code: string; readonly folderFlag: string | undefined },
): string {
  if (!ANOTHER_FOLDER_HELPS.includes(code)) return `${path}: ${sentence}`
  const another = `give another folder${folderFlag === undefined ? '' : ` with ${folderFlag}`}`
  return `${path}: ${sentence}${sentence.includes(': ') ? ', or' : ':'} ${another}`
}

/** Searches the error, its causes and the members of an AggregateError. */
function systemErrorIn(error: unknown, depth = 0): SystemError | undefined {
  if (!(error instanceof Error) || depth > 8) return undefined
  const code = codeOf(error)
  if (code !== undefined) return Object.assign(error, { code })
  const inside: unknown[] = error instanceof AggregateError ? error.errors : []
  for (const one of [...inside, error.cause]) {
    const found = systemErrorIn(one, depth + 1)
    if (found) return found
  }
  return undefined
}

/** A worker that cannot start reports the code only in its message. */
function codeOf(error: Error): string | undefined {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === 'ERR_WORKER_INIT_FAILED') return /\bE[A-Z]+\b/.exec(error.message)?.[0]
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return undefined
  return syscall !== undefined || code in SYSTEM_ERRORS ? code : undefined
}
