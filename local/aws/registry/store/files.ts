/** Atomic writes of small files: to a temporary name first, then renamed. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true })
  // In the target's folder, because a rename is atomic only within one file system.
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

/** Lists a folder without temporary files; a missing folder is empty. */
export async function listIfThere(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.'))
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** Returns false if the file did not exist. */
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
