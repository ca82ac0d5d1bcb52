/** Explains schema issues to the author of the list: the place, the given value, the fix. */
import type * as z from 'zod'
import { didYouMean, nearest } from '../../nearest.ts'
import { meantByForeign } from './foreign-words.ts'
import { type Path, type Problem, pathText } from './problems.ts'
import { descriptionAt, keysAt, placeAt } from './schema-at.ts'
import type { SourceText } from './source-text.ts'

type Issue = z.core.$ZodIssue

/** @param above - the path of the value that the issues are about. @default - the document */
export function explainIssues(
  issues: readonly Issue[],
  schema: z.ZodType,
  source: SourceText,
  above: Path = [],
): Problem[] {
  const misspelt = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? meantKeys(issue, schema, above) : [],
  )
  return issues
    .filter(({ code, path }) => code !== 'invalid_type' || !misspelt.includes(pathText(stepsOf(path, above))))
    .flatMap((issue) => explainIssue(issue, schema, source, above))
}

/** The paths of the keys that were meant: they are not missing as well. */
function meantKeys(
  { keys, path }: z.core.$ZodIssueUnrecognizedKeys,
  schema: z.ZodType,
  above: Path,
): string[] {
  const at = stepsOf(path, above)
  const known = keysAt(schema, at)
  const place = placeAt(schema, at)
  return keys.flatMap((key) => {
    const meant = meantByForeign(key, place, known)?.key ?? nearest(key, known)
    return meant === undefined ? [] : [pathText([...at, meant])]
  })
}

function stepsOf(path: readonly PropertyKey[], above: Path): Path {
  return [...above, ...path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
}

export function explainIssue(
  issue: Issue,
  schema: z.ZodType,
  source: SourceText,
  above: Path = [],
): Problem[] {
  const path = stepsOf(issue.path, above)
  if (issue.code === 'invalid_union') return explainUnion(issue, schema, source, path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    const place = placeAt(schema, path)
    return issue.keys.map((key) => ({ path: [...path, key], text: unknownKey(key, path, { known, place }) }))
  }
  return [{ path, text: sentence(issue, path, source, schema) }]
}

/** Picks the alternative that matches the value's type. */
function explainUnion(
  issue: z.core.$ZodIssueInvalidUnion,
  schema: z.ZodType,
  source: SourceText,
  path: Path,
): Problem[] {
  const meant = issue.errors.find(
    (issues) => !issues.some((one) => one.code === 'invalid_type' && one.path.length === 0),
  )
  const split = splitText(issue, schema, source, path)
  if (split !== undefined) return [split]
  if (meant !== undefined) return explainIssues(meant, schema, source, path)
  const kinds = issue.errors
    .flat()
    .flatMap((one) => (one.code === 'invalid_type' ? [KINDS[one.expected] ?? one.expected] : []))
  const value = valueAt(source.value, path)
  if (typeof value === 'number' && kinds.join() === [KINDS.string, KINDS.array].join()) {
    return [{ path, text: wrongType('string', path, source, schema) }]
  }
  return [
    {
      path,
      text: `${subject(path)} must be ${kinds.join(' or ')}, not ${kindOf(value)}`,
    },
  ]
}

/** `redis: 7.4` is a mapping, and `redis:7.4` is text. */
function splitText(
  { errors }: z.core.$ZodIssueInvalidUnion,
  schema: z.ZodType,
  source: SourceText,
  path: Path,
): Problem | undefined {
  const mayBeText = errors.some(([one]) => one?.code === 'invalid_type' && one.expected === 'string')
  const unknown = errors.flat().flatMap((one) => (one.code === 'unrecognized_keys' ? one.keys : []))
  const value = valueAt(source.value, path)
  const [key, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (!mayBeText || key === undefined || others.length > 0 || !unknown.includes(key)) return undefined
  if (meantByForeign(key, placeAt(schema, path), keysAt(schema, path)) !== undefined) return undefined
  const tag = source.writtenAt([...path, key])
  if (tag === undefined) return undefined
  const fix = tag === '' ? `the colon, "${key}"` : `the space, "${key}:${tag}"`
  return { path, text: `${subject(path)} is a mapping with the key "${key}"; write it without ${fix}` }
}

function sentence(issue: Issue, path: Path, source: SourceText, schema: z.ZodType): string {
  const value = valueAt(source.value, path)
  if (issue.code === 'invalid_type') return wrongType(issue.expected, path, source, schema)
  if (issue.code === 'invalid_value' && !issue.message.startsWith('must')) {
    const allowed = issue.values.map(String)
    const isRegion = path.some((step) => step === 'regions' || step === 'region' || step === 'home')
    const what = isRegion ? 'a region' : 'allowed'
    const choice = isRegion ? '; write its code, such as "eu-west-1"' : `: one of ${allowed.join(', ')}`
    return `${subject(path)}: "${String(value)}" is not ${what}${didYouMean(String(value), allowed) || choice}`
  }
  if (issue.code === 'too_small' && issue.origin === 'array') {
    return `${subject(path)} is empty: give at least ${issue.minimum} entry`
  }
  if (value === '') return `${subject(path)} is empty: it must be ${KINDS.string}`
  if (issue.code === 'too_small') return `${subject(path)} ${amount('least', issue.minimum, issue.origin)}`
  if (issue.code === 'too_big') return `${subject(path)} ${amount('most', issue.maximum, issue.origin)}`
  const said = issue.message.startsWith('must') ? issue.message : `is not valid: ${issue.message}`
  return `${subject(path)}: "${String(value)}" ${said}`
}

/** "must have at most 256 characters", "must have at most 16 entries", "must be at least 1". */
function amount(bound: 'least' | 'most', limit: number | bigint, origin: string): string {
  if (origin === 'array') return `must have at ${bound} ${limit} entries`
  return origin === 'string' ? `must have at ${bound} ${limit} characters` : `must be at ${bound} ${limit}`
}

function wrongType(expected: string, path: Path, source: SourceText, schema: z.ZodType): string {
  const value = valueAt(source.value, path)
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

/** A dash too many makes an entry of its own out of the rest of the one above. */
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

function unknownKey(
  key: string,
  path: Path,
  { known, place }: { readonly known: readonly string[]; readonly place: string },
): string {
  if (key === '<<') return `unknown key "<<"${inside(path)}: YAML's merge keys do not apply; use "defaults"`
  const foreign = meantByForeign(key, place, known)
  const keys = known.length > 0 ? `; the keys are ${known.join(', ')}` : ''
  const fix = foreign === undefined ? didYouMean(key, known) || keys : `; ${foreign.text}`
  return `unknown key "${key}"${inside(path)}${fix}`
}

function subject(path: Path): string {
  return path.length === 0 ? 'the document' : pathText(path)
}

function inside(path: Path): string {
  return path.length === 0 ? '' : ` in ${pathText(path)}`
}

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  array: 'a list',
  object: 'a mapping of keys to values',
  record: 'a mapping of keys to values',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
}

function kindWanted(expected: string, keys: readonly string[]): string {
  const word = keys.length === 1 ? 'key' : 'keys'
  if (expected === 'object' && keys.length > 0) return `a mapping with the ${word} ${keys.join(', ')}`
  return KINDS[expected] ?? expected
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  return typeof value === 'string'
    ? `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`
    : String(value)
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null) return undefined
    return Object.getOwnPropertyDescriptor(at, step)?.value
  }, value)
}
