/** Reads the execution's input for `run`. */
import type { Json } from '../../local/json.ts'
import { messageOf } from '../../mirror/list/document/problems.ts'
import { UsageError } from '../program/usage-error.ts'
import { readText } from '../read-list.ts'

/** @throws {UsageError} if the file is missing or not JSON */
export async function readInput(path: string | undefined): Promise<Json> {
  if (path === undefined) return {}
  const text = await readText(path, '--input')
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw new UsageError(`${path}: the execution's input must be JSON: ${messageOf(error)}`)
  }
}
