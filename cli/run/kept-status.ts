/** Reads the status of the mirror that a run on this machine has kept. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Status, statusSchema } from '../../mirror/status/schema.ts'

/** @returns the file's text, or undefined if no run has written it */
export async function statusIn(state: string): Promise<string | undefined> {
  try {
    return await readFile(join(state, 'status.json'), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** @returns undefined if no run has written a status that can be read; a full disk may have cut it */
export async function readStatus(state: string): Promise<Status | undefined> {
  const text = await statusIn(state)
  try {
    return text === undefined ? undefined : statusSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
