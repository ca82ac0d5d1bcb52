/** Reads the execution's input for `run`, and checks its names before anything starts. */
import type { Json } from '../../local/json.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { executionInputSchema } from '../../mirror/execution-input.ts'
import { namedError } from '../../mirror/failure.ts'
import type { List } from '../../mirror/list/config.ts'
import { messageOf } from '../../mirror/list/document/problems.ts'
import { placesOf } from '../../mirror/list/elsewhere/place.ts'
import { type Entry, readEntries } from '../../mirror/list/entry.ts'
import { isNamespace } from '../../mirror/list/namespaces/namespace.ts'
import { narrow, targetProblems } from '../../mirror/plan/narrow.ts'
import { readText } from '../read-list.ts'
import type { RunOptions } from './command.ts'

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

/**
 * Leaves to Plan what only a run can read: images elsewhere, repositories of namespaces, and all other inputs.
 * @param input - with the flags
 * @throws InvalidInput for targets, regions, pairs and a schedule that the list does not have
 */
export function checkNames(
  input: Json,
  list: List,
  { input: file = '--input', targets: flag }: Pick<RunOptions, 'input' | 'targets'>,
): void {
  const { data } = executionInputSchema.safeParse(input)
  const isOwn = data?.images === undefined && data?.imagesFrom === undefined && data?.push === undefined
  if (data === undefined || !isOwn || placesOf(list).length > 0) return
  const entries = list.images.flatMap((entry) => readEntries(entry, list))
  if (flag !== undefined) requireTargets(entries, flag)
  const { regions, targets, schedule } = data
  const hasNamespace = entries.some(({ ref }) => isNamespace(ref))
  const only = typeof data.only === 'string' || hasNamespace ? undefined : data.only
  narrow(entries, { regions, targets, schedule, only }, file)
}

function requireTargets(entries: readonly Entry[], names: readonly string[]): void {
  const problems = targetProblems(entries, names).filter((wrong) => wrong !== undefined)
  if (problems.length === 0) return
  throw namedError(ErrorName.InvalidInput, problems.map((wrong) => `--targets: ${wrong}`).join('\n'))
}
