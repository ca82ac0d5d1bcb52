/** Allows one run at a time on a state folder, with a lock file that names the holder's process and start time. */
import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRunning, startOf } from './process-identity.ts'

/** Another run uses the state folder. */
export class StateLocked extends Error {
  override readonly name = 'StateLocked'
}

interface Holder {
  readonly pid: number
  /** Undefined if the system does not report it. */
  readonly start: string | undefined
}

/**
 * Acquires the lock, or takes over that of an ended process, and returns the function that releases it.
 * @throws {StateLocked} if a running process holds the lock
 */
export async function lockState(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  const own = textOf({ pid: process.pid, start: startOf(process.pid) })
  if (!(await create(path, own))) {
    await removeStale(path)
    if (!(await create(path, own))) throw inUse(path, await holderOf(path))
  }
  return () => rm(path, { force: true })
}

/** Links a complete file to the path, so that a lock always has a holder. */
async function create(path: string, text: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`
  try {
    await writeFile(own, text)
    await link(own, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/**
 * Moves the file away before checking it again, so that of several runs that find a stale lock, only one removes it.
 */
async function removeStale(path: string): Promise<void> {
  const holder = await holderOf(path)
  if (isAlive(holder)) throw inUse(path, holder)
  const moved = `${path}.${randomUUID()}`
  await rename(path, moved).catch(() => {})
  // Restores the file if another run took the lock in between.
  if (isAlive(await holderOf(moved))) await link(moved, path).catch(() => {})
  await rm(moved, { force: true })
}

function textOf({ pid, start }: Holder): string {
  return `${pid}\n${start ?? ''}\n`
}

/** Returns undefined if the file is missing or names no process. */
async function holderOf(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const [id = '', start = ''] = text.split('\n').map((line) => line.trim())
  return /^\d+$/.test(id) ? { pid: Number(id), start: start || undefined } : undefined
}

/** A lock with our process ID but another start time belongs to an earlier process. */
function isAlive(holder: Holder | undefined): holder is Holder {
  if (holder === undefined) return false
  if (holder.pid === process.pid) return holder.start === startOf(process.pid)
  return isRunning(holder.pid, holder.start)
}

function inUse(path: string, holder: Holder | undefined): StateLocked {
  const who = holder === undefined ? '' : ` (process ${holder.pid})`
  return new StateLocked(
    `another run${who} is using ${dirname(path)}, by its lock ${path}: wait for it to end, or give another folder with --state`,
  )
}
