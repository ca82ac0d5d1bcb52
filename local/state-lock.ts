/** One run at a time on a state folder: a lock file with the id of the process that holds it. */
import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Someone else is using the state folder. */
export class StateLocked extends Error {
  override readonly name = 'StateLocked'
}

/**
 * Takes the lock, or that of a process which is gone, and gives the function that releases it.
 * @throws {StateLocked} when a process that lives has it
 */
export async function lockState(folder: string): Promise<() => Promise<void>> {
  await mkdir(folder, { recursive: true })
  const path = join(folder, 'lock')
  if (!(await create(path))) {
    await removeStale(path, folder)
    if (!(await create(path))) throw inUse(folder, await holderOf(path))
  }
  return () => rm(path, { force: true })
}

/** The file appears with its content, so that nobody can take it for one without a holder. */
async function create(path: string): Promise<boolean> {
  const own = `${path}.${randomUUID()}`
  await writeFile(own, String(process.pid))
  try {
    await link(own, path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    await rm(own, { force: true })
  }
}

/** Moves the file away before it looks again: of many that find the same dead holder, each file goes once. */
async function removeStale(path: string, folder: string): Promise<void> {
  const holder = await holderOf(path)
  if (isAlive(holder)) throw inUse(folder, holder)
  const moved = `${path}.${randomUUID()}`
  await rename(path, moved).catch(() => {})
  const lived = await holderOf(moved)
  // Someone was faster and has the lock by now: it is put back.
  if (isAlive(lived)) await link(moved, path).catch(() => {})
  await rm(moved, { force: true })
}

async function holderOf(path: string): Promise<number> {
  return Number(await readFile(path, 'utf8').catch(() => ''))
}

function inUse(folder: string, holder: number): StateLocked {
  return new StateLocked(
    `another run (process ${holder}) is using ${folder}: wait for it to end, or give another folder with --state`,
  )
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It lives, and belongs to someone else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
