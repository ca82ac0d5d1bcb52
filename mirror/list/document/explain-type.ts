/** Explains values of the wrong type: the type that is wanted, the one that is given, the fix. */
import type * as z from 'zod'
import { inside, subject, valueAt } from './place.ts'
import type { Path } from './problems.ts'
import { descriptionAt, keysAt } from './schema-at.ts'
import type { SourceText } from './source-text.ts'

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
}

/** @param expected - a type as the schema names it */
export function kindNamed(expected: string): string {
  return KINDS[expected] ?? expected
}

export function wrongType(expected: string, path: Path, source: SourceText, schema: z.ZodType): string {
  const value = valueAt(source, path)
  const key = path.at(-1)
  const wanted = kindWanted(expected, keysAt(schema, path))
  if (value === undefined && typeof key === 'string')
    return `missing key "${key}"${inside(path.slice(0, -1))}: it must be ${wanted}${dashFix(path)}`
  if (value === undefined || value === null) return `${subject(path)} is empty: it must be ${wanted}`
  if (expected === 'string' && ['number', 'boolean', 'bigint'].includes(typeof value)) {
    return `${subject(path)} must be text: write it in quotes, "${source.writtenAt(path) ?? String(value)}"`
  }
  if (typeof value === 'string' && ['number', 'int'].includes(expected) && /^\d{1,9}$/.test(value)) {
    return `${subject(path)} must be ${wanted}: write it without quotes, ${value}`
  }
  const meaning = expected === 'string' ? descriptionAt(schema, path) : undefined
  const fix = meaning === undefined ? listFix(expected, value) : `: ${meaning}`
  return `${subject(path)} must be ${wanted}, not ${kindOf(value)}${fix}`
}

/** An extra dash turns the rest of an entry into a new entry. */
function dashFix(path: Path): string {
  const position = path.at(-2)
  return typeof position === 'number' && position > 0
    ? '; if this belongs to the entry above, remove the dash'
    : ''
}

function listFix(expected: string, value: unknown): string {
  if (expected !== 'array') return ''
  if (typeof value !== 'object') return `: write it as ${JSON.stringify([value])}`
  return ': start each of its entries with "- "'
}

function kindWanted(expected: string, keys: readonly string[]): string {
  const word = keys.length === 1 ? 'key' : 'keys'
  if (expected === 'object' && keys.length > 0) return `a mapping with the ${word} ${keys.join(', ')}`
  return kindNamed(expected)
}

/** `a list`, or a value as it is given. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string'
    ? `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`
    : String(value)
}
