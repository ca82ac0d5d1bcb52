/**
 * The state folder, private to its user: others on the machine must not change code that runs with the user's
 * credentials or read images of private registries.
 */
import type { Stats } from 'node:fs'
import { chmod, lstat, mkdir, readdir, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

const WRITABLE_BY_OTHERS = 0o022

/** What runs write. The lock, which a run holds, and the files of the user are not part of it. */
const OF_RUNS = ['builds', 'cdk.out', 'ecr', 'kept', 'logs', 'runs', 'status.html', 'status.json', 'upstream']

/** Creates the folder if it is missing, and sets the umask so that later files are private to the user. */
export async function openStateFolder(folder: string): Promise<void> {
  process.umask(0o077)
  await makeFolder(resolve(folder))
  const stats = await stat(folder)
  if (isOwn(stats) && isOpen(stats)) await chmod(folder, stats.mode & 0o777 & ~WRITABLE_BY_OTHERS)
}

/** Removes what earlier runs have written. */
export async function emptyStateFolder(folder: string): Promise<void> {
  for (const name of OF_RUNS) await rm(join(folder, name), { recursive: true, force: true })
}

/**
 * Creates the folder and its parents, one by one: Node's `recursive` reports a missing folder for a read-only file system,
 * and never ends where a parent takes no folders, such as /proc.
 * @throws ENOTDIR with the path of what is no folder
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  try {
    await makeOne(path, mode)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path), mode)
    await makeOne(path, mode)
  }
}

async function makeOne(path: string, mode: number | undefined): Promise<void> {
  try {
    await mkdir(path, mode)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    if (!(await stat(path)).isDirectory()) throw notAFolder(path)
  }
}

/** Whether only this user can change the content of the folder. */
export async function isPrivate(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  const all = await Promise.all(['', ...entries].map((entry) => lstat(join(folder, entry))))
  return all.every((stats) => isOwn(stats) && (stats.isSymbolicLink() || !isOpen(stats)))
}

function isOwn({ uid }: Stats): boolean {
  return process.getuid === undefined || uid === process.getuid()
}

function isOpen({ mode }: Stats): boolean {
  return (mode & WRITABLE_BY_OTHERS) !== 0
}

function notAFolder(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${path} is not a folder`), { code: 'ENOTDIR', syscall: 'mkdir', path })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
