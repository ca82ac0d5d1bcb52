/** Reads a construct's list from a file or from props, validates it and reports all problems at once. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Stack, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import {
  type ImageEntry,
  type List,
  type ListProps,
  listSchema,
  type Region,
} from '../../mirror/list/config.ts'
import { listOf, parseList } from '../../mirror/list/parse-list.ts'
import { ownAccountTargets } from '../../mirror/list/targets/own-account.ts'
import { ownPushes } from '../../mirror/list/targets/own-pushes.ts'
import { invalidInput, reporting } from '../problems.ts'

/** Reads YAML and JSON lists. */
export const ImageMirrorList = {
  /**
   * Reads a list from a file. File names inside it are relative to it.
   * @param path - relative to the current directory
   * @throws InvalidInput with every problem: file, line, key and fix
   */
  fromFile(path: string): List {
    return parseList(readList(path), path, (name) => readFileSync(resolve(dirname(path), name), 'utf8'))
  },

  /**
   * Reads a list from text.
   * @param name - the name of the list in errors
   * @throws InvalidInput with every problem: line, key and fix
   */
  fromText(text: string, name = 'list'): List {
    return parseList(text, name)
  },
}

/**
 * The keys of a list that are props of the construct. Its home region is the stack's region, and its VPC is a
 * construct.
 */
export interface InlineListProps extends Partial<Omit<ListProps, 'home' | 'schedule' | 'vpc'>> {
  /**
   * A list that was read from a file, instead of `images`, `regions` and the other keys of a list.
   * @default - the list that these props describe
   */
  readonly list?: List
}

/** The name of the list in errors. */
const PROPS = 'props'

/** Replaces an invalid list, so that synthesis can report further problems. */
const EMPTY: List = listSchema.parse({ images: ['docker.io/library/busybox'], regions: ['us-east-1'] })

/** Creates the list from the props. Problems become annotations of the scope, each with the prop and the fix. */
export function listFrom(scope: Construct, props: InlineListProps): List {
  return reporting(scope, EMPTY, () => withoutLoops(scope, withHome(scope, read(props))))
}

/** Adds images to the list and validates them together. */
export function withImages(scope: Construct, list: List, images: readonly ImageEntry[]): List {
  if (images.length === 0) return list
  return reporting(scope, list, () => check({ ...list, images: [...list.images, ...images] }))
}

function read({ list, ...props }: InlineListProps): List {
  const keys = Object.keys(listSchema.shape).filter((key) => key !== 'schedule' && key !== 'vpc')
  const given = Object.entries(props).filter(([key, value]) => keys.includes(key) && value !== undefined)
  if (list === undefined && given.length === 0) {
    throw invalidInput(
      "images: set images, and regions or targets, or list: ImageMirrorList.fromFile('mirror.yaml')",
    )
  }
  if (list === undefined) return check(Object.fromEntries(given))
  if (given.length === 0) return list
  const names = given.map(([key]) => key).join(', ')
  throw invalidInput(`list: cannot be combined with ${names}; set ${names} in the list, or leave out list`)
}

/** @throws InvalidInput with a line for each problem, starting with the prop */
function check(value: unknown): List {
  try {
    return listOf(resolvable(value), PROPS)
  } catch (error) {
    if (error instanceof Error) error.message = error.message.replaceAll(new RegExp(`^${PROPS}: `, 'gm'), '')
    throw error
  }
}

/** Rejects tokens: the list is written to an asset at synthesis, before deployment resolves them. */
function resolvable<T>(value: T, path = ''): T {
  if (Token.isUnresolved(value)) {
    throw invalidInput(
      `${path || 'list'}: the value is known only at deployment, but the list is read at synthesis; use a literal value`,
    )
  }
  if (typeof value !== 'object' || value === null) return value
  for (const [key, of] of Object.entries(value)) {
    resolvable(of, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`)
  }
  return value
}

/**
 * Makes the stack's region the home region if the list mirrors to it, so that it is copied to first, or if the list has
 * no regions.
 */
function withHome(scope: Construct, list: List): List {
  const { region } = Stack.of(scope)
  if (Token.isUnresolved(region)) return list
  if (list.home !== undefined && list.home !== region) {
    throw invalidInput(
      `home: the list has ${list.home}, but the stack is in ${region}; deploy the stack to ${list.home}, or change home`,
    )
  }
  const isHome = list.regions.length === 0 || list.regions.includes(region as Region)
  return isHome ? { ...list, home: region as Region } : list
}

/** Rejects copies that would come back as pushes of people, also in a list that was changed after it was read. */
function withoutLoops(scope: Construct, list: List): List {
  const { account } = Stack.of(scope)
  const own = Token.isUnresolved(account) ? undefined : account
  const problems = [...ownPushes(list), ...ownAccountTargets(list, own)]
  if (problems.length > 0) throw invalidInput(problems.map(({ text }) => text).join('\n'))
  return list
}

function readList(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8')
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw invalidInput(`${path} cannot be read: ${why}; write the list there, or name another file`, cause)
  }
}
