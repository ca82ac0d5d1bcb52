/** Reads the list that a command line names, a file or a place in AWS, and the files that the list names. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
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

/** @throws {UsageError} if the file is missing, or cannot be read as text */
export async function readText(path: string, given: string, name = path): Promise<string> {
  if (isPlace(path)) return (await import('./elsewhere/read.ts')).readPlaceText(path)
  try {
    const bytes = path === STDIN ? await buffer(process.stdin) : await readFile(path)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw new UsageError(`${given}: ${whyUnreadable(error, name)}`)
  }
}

function whyUnreadable(error: unknown, name: string): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
      return name === basename(name)
        ? `file ${name} not found in this folder, ${process.cwd()}; change to its folder, or give its path`
        : `file ${name} not found`
    case 'ENOTDIR':
      return `file ${name} not found: a part of its path is not a folder`
    case 'EISDIR':
      return `${name} is a folder; give the path of a file`
    case 'EACCES':
    case 'EPERM':
      return `${name} may not be read by this user; change its permissions, or give another file`
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return `${name} is not text in UTF-8; save it as UTF-8, or give another file`
    default:
      return `${name} cannot be read: ${messageOf(error)}`
  }
}
