/** Reads the list and the execution's input for `run`, and reports their errors before the run starts. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Json } from '../../local/json.ts'
import { overrideRegions } from '../../local/override-regions.ts'
import type { List, Region } from '../../mirror/list/config.ts'
import { parseList } from '../../mirror/list/parse-list.ts'
import { UsageError } from '../usage-error.ts'

/**
 * @param given - the flag or argument that names the file
 * @throws {UsageError} if the file is missing; InvalidInput if it is not a valid list
 */
export async function readList(
  path: string,
  name: string,
  regions: readonly Region[] | undefined,
  given = '--list',
): Promise<List> {
  const missing = regions === undefined ? {} : { regions: [...regions] }
  const list = parseList(await readText(path, given, name), name, readFileBeside(path), missing)
  return regions === undefined ? list : overrideRegions(list, regions, name)
}

/** Reads files that a list names relative to itself. */
export function readFileBeside(path: string): (file: string) => string {
  return (file) => readFileSync(resolve(dirname(path), file), 'utf8')
}

/** @throws {UsageError} if the file is missing or not JSON */
export async function readInput(path: string | undefined): Promise<Json> {
  if (path === undefined) return {}
  const text = await readText(path, '--input', path)
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`${path}: the execution's input must be JSON: ${why}`)
  }
}

/** @throws {UsageError} if the file is missing */
export async function readText(path: string, flag: string, name: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new UsageError(`${flag}: file ${name} not found`)
    throw new UsageError(`${flag}: ${name} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
