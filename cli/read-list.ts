/** Reads the list that a command line names, a file or a place in AWS, and the files that the list names. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { overrideRegions } from '../local/override-regions.ts'
import type { List, Region } from '../mirror/list/config.ts'
import { messageOf } from '../mirror/list/document/problems.ts'
import { parseList } from '../mirror/list/parse-list.ts'
import { isPlace } from './elsewhere/is-place.ts'
import { UsageError } from './program/usage-error.ts'

export interface ListOptions {
  /** The list's name for people. @default - its path */
  readonly name?: string
  /** Replace the regions of the list. */
  readonly regions?: readonly Region[] | undefined
  /** The flag or argument that names the file. @default --list */
  readonly given?: string
}

/** Stands for standard input. Files that such a list names are relative to the working directory. */
const STDIN = '-'

/** @throws {UsageError} if the file is missing; InvalidInput if it is not a valid list */
export async function readList(
  path: string,
  { name = path === STDIN ? 'standard input' : path, regions, given = '--list' }: ListOptions = {},
): Promise<List> {
  const missing = regions === undefined ? {} : { regions: [...regions] }
  const list = parseList(await readText(path, given, name), name, readFileBeside(path), missing)
  return regions === undefined ? list : overrideRegions(list, regions, name)
}

/** Reads files that a list names relative to itself. */
export function readFileBeside(path: string): (file: string) => string {
  return (file) => readFileSync(resolve(dirname(path), file), 'utf8')
}

/** @throws {UsageError} if the file is missing */
export async function readText(path: string, given: string, name = path): Promise<string> {
  if (isPlace(path)) return (await import('./elsewhere/read.ts')).readPlaceText(path)
  try {
    return path === STDIN ? await text(process.stdin) : await readFile(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') throw new UsageError(`${given}: file ${name} not found`)
    throw new UsageError(`${given}: ${name} cannot be read: ${messageOf(error)}`)
  }
}
