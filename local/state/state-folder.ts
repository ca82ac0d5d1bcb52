/**
 * The state folder, private to its user: others on the machine must not change code that runs with the user's
 * credentials or read images of private registries.
 */
import type { Stats } from 'node:fs'
import { chmod, lstat, readdir, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { makeFolder } from './make-folder.ts'

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
