/** Reads the list that a command line names, a file or a place in AWS, and the files that the list names. */
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { overrideRegions } from '../local/override-regions.ts'
import { ErrorName } from '../mirror/error-name.ts'
import { namedError } from '../mirror/failure.ts'
import type { List, Region } from '../mirror/list/config.ts'
import { messageOf } from '../mirror/list/document/problems.ts'
import { parseList } from '../mirror/list/parse-list.ts'
import { isPlace } from './elsewhere/is-place.ts'

export interface TextOptions {
  /** The file's name for people. @default - its path */
  readonly name?: string
  /** The flag that names the file. @default - an argument names it */
  readonly flag?: string
}

export interface ListOptions extends TextOptions {
  /** Replace the regions of the list. */
  readonly regions?: readonly Region[] | undefined
}

/** Stands for standard input. Files that such a list names are relative to the working directory. */
const STDIN = '-'
const MISSING_LIST = 'change to its folder, give its path, or write a list with "npx image-mirror init"'

/** @throws InvalidInput if the file cannot be read, or is not a valid list */
export async function readList(path: string, { regions, ...options }: ListOptions = {}): Promise<List> {
  const name = options.name ?? nameOf(path)
  const text = await readListText(path, options)
  const missing = regions === undefined ? {} : { regions: [...regions] }
  const list = parseList(text, name, readFileBeside(path), missing)
  return regions === undefined ? list : overrideRegions(list, regions, name)
}

/** @throws InvalidInput if the file cannot be read as text */
export function readListText(path: string, options: TextOptions = {}): Promise<string> {
  return read(path, options, MISSING_LIST)
}

/** @throws InvalidInput if the file cannot be read as text */
export function readText(path: string, options: TextOptions = {}): Promise<string> {
  return read(path, options, 'change to its folder, or give its path')
}

/** Reads files that a list names relative to itself. */
export function readFileBeside(path: string): (file: string) => string {
  return (file) => readFileSync(resolve(dirname(path), file), 'utf8')
}

function nameOf(path: string): string {
  return path === STDIN ? 'standard input' : path
}

async function read(
  path: string,
  { name = nameOf(path), flag }: TextOptions,
  missing: string,
): Promise<string> {
  if (isPlace(path)) return (await import('./elsewhere/read.ts')).readPlaceText(path)
  try {
    const bytes = path === STDIN ? await buffer(process.stdin) : await readFile(path)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    const given = flag === undefined ? '' : `${flag}: `
    throw namedError(ErrorName.InvalidInput, `${given}${whyUnreadable(error, name, missing)}`, error)
  }
}

function whyUnreadable(error: unknown, name: string, missing: string): string {
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case 'ENOENT':
      return name === basename(name)
        ? `file ${name} not found in this folder, ${process.cwd()}; ${missing}`
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
