/**
 * Small files on disk, written so that a reader sees all of one or none: to a temporary name first, then renamed.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  // Beside its target, because a rename is only atomic within one file system.
  const temporary = join(folder, `.${randomUUID()}`)
  await writeFile(temporary, content)
  await rename(temporary, path)
}

export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

/** Names in a folder, without the temporary ones; none where there is no folder. */
export async function listIfThere(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.'))
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** False: it was not there. */
export async function removeIfThere(path: string): Promise<boolean> {
  try {
    await rm(path)
    return true
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

export function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
