/** The list of a construct: read from a file or written as props, and checked, with all problems at once. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Stack, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { ErrorName } from '../../mirror/contract.ts'
import {
  type ImageEntry,
  type List,
  type ListProps,
  listSchema,
  type Region,
} from '../../mirror/list/config.ts'
import { listOf, parseList } from '../../mirror/list/parse-list.ts'
import { reporting } from '../problems.ts'

/** Reads lists that are kept as YAML or JSON. */
export const ImageMirrorList = {
  /**
   * Reads a list from a file. Files that it names are found relative to it.
   * @param path - relative to the current directory
   * @throws InvalidInput with every problem: file, line, key and fix
   */
  fromFile(path: string): List {
    return parseList(readList(path), path, (name) => readFileSync(resolve(dirname(path), name), 'utf8'))
  },

  /**
   * Reads a list from text.
   * @param name - what errors call it
   * @throws InvalidInput with every problem: line, key and fix
   */
  fromText(text: string, name = 'list'): List {
    return parseList(text, name)
  },
}

/** The keys of a list that are props of the construct. Its region is the home region, and its VPC is a construct. */
export interface InlineListProps extends Partial<Omit<ListProps, 'home' | 'schedule' | 'vpc'>> {
  /**
   * A list that was read from a file, instead of `images`, `regions` and the other keys of a list.
   * @default - the list that these props describe
   */
  readonly list?: List
}

/** What errors would call the list as a whole. */
const PROPS = 'props'

/** Stands in for a list with problems, so that synthesis can report them together with all others. */
const EMPTY: List = listSchema.parse({ images: ['docker.io/library/busybox'], regions: ['us-east-1'] })

/** The list that the props describe. Problems become annotations of the scope, each with the prop and the fix. */
export function listFrom(scope: Construct, props: InlineListProps): List {
  return reporting(scope, EMPTY, () => withHome(scope, read(props)))
}

/** The list with further images, which are checked with it as if they had been there from the first. */
export function withImages(scope: Construct, list: List, images: readonly ImageEntry[]): List {
  if (images.length === 0) return list
  return reporting(scope, list, () => check({ ...list, images: [...list.images, ...images] }))
}

function read({ list, ...props }: InlineListProps): List {
  const keys = Object.keys(listSchema.shape).filter((key) => key !== 'schedule' && key !== 'vpc')
  const given = Object.entries(props).filter(([key, value]) => keys.includes(key) && value !== undefined)
  if (list === undefined && given.length === 0) {
    throw invalid("images: give images and regions, or list: ImageMirrorList.fromFile('mirror.yaml')")
  }
  if (list === undefined) return check(Object.fromEntries(given))
  if (given.length === 0) return list
  const names = given.map(([key]) => key).join(', ')
  throw invalid(`list: the list has its own ${names}; move them into it, or leave out list`)
}

/** @throws InvalidInput with a line for each problem, which begins with the prop */
function check(value: unknown): List {
  try {
    return listOf(resolvable(value), PROPS)
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(new RegExp(`^${PROPS}: `, 'gm'), '')
    throw error
  }
}

/** The list goes into an asset, which is written before any value of a deployment is known. */
function resolvable<T>(value: T, path = ''): T {
  if (Token.isUnresolved(value)) {
    throw invalid(
      `${path || 'list'}: the value is known only at deployment, and the list is read at synthesis; write out the name`,
    )
  }
  if (typeof value !== 'object' || value === null) return value
  for (const [key, of] of Object.entries(value)) {
    resolvable(of, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`)
  }
  return value
}

/** The region of the stack is read into first, if the list mirrors to it. */
function withHome(scope: Construct, list: List): List {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region)) return list
  if (list.home !== undefined && list.home !== region) {
    throw invalid(
      `home: the list says ${list.home}, and the stack is in ${region}; put the stack there, or change home`,
    )
  }
  return list.regions.includes(region as Region) ? { ...list, home: region as Region } : list
}

function readList(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw invalid(`${path} cannot be read: ${why}`, { cause })
  }
}

function invalid(message: string, options?: ErrorOptions): Error {
  return Object.assign(new Error(message, options), { name: ErrorName.InvalidInput })
}
