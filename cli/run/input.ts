/** Reads the execution's input for `run`. */
import type { Json } from '../../local/json.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import { messageOf } from '../../mirror/list/document/problems.ts'
import { readText } from '../read-list.ts'

/** @throws InvalidInput if the file is missing or not JSON */
export async function readInput(path: string | undefined): Promise<Json> {
  if (path === undefined) return {}
  const text = await readText(path, { flag: '--input' })
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    throw namedError(
      ErrorName.InvalidInput,
      `${path}: the execution's input must be JSON: ${messageOf(error)}`,
    )
  }
}
