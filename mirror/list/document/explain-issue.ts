/** Explains schema issues to the author of the list: the place, the given value, the fix. */
import type * as z from 'zod'
import { didYouMean, nearest } from '../../nearest.ts'
import { kindNamed, kindOf, wrongType } from './explain-type.ts'
import { meantByForeign } from './foreign-words.ts'
import { inside, subject, valueAt } from './place.ts'
import { type Path, type Problem, pathText } from './problems.ts'
import { keysAt, placeAt, requiredKeysAt } from './schema-at.ts'
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

/** The correct paths of misspelt keys, which are not reported as missing too. */
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
    .flatMap((one) => (one.code === 'invalid_type' ? [kindNamed(one.expected)] : []))
  const value = valueAt(source, path)
  if (typeof value === 'number' && kinds.join() === [kindNamed('string'), kindNamed('array')].join()) {
    return [{ path, text: wrongType('string', path, source, schema) }]
  }
  return [{ path, text: `${subject(path)} must be ${oneOf(kinds, path, schema)}, not ${kindOf(value)}` }]
}

/** Alternatives of the same kind differ by their keys. */
function oneOf(kinds: readonly string[], path: Path, schema: z.ZodType): string {
  const [kind, ...others] = new Set(kinds)
  const forms = requiredKeysAt(schema, path).filter((keys) => keys.length > 0)
  if (kind !== kindNamed('object') || others.length > 0 || forms.length === 0)
    return [...new Set(kinds)].join(' or ')
  const named = forms.map((keys) => keys.map((key) => `"${key}"`).join(' and '))
  return `a mapping with ${named.join(', or with ')}`
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
  const value = valueAt(source, path)
  const [key, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : []
  if (!mayBeText || key === undefined || others.length > 0 || !unknown.includes(key)) return undefined
  if (meantByForeign(key, placeAt(schema, path), keysAt(schema, path)) !== undefined) return undefined
  const tag = source.writtenAt([...path, key])
  if (tag === undefined) return undefined
  const fix = tag === '' ? `the colon, "${key}"` : `the space, "${key}:${tag}"`
  return { path, text: `${subject(path)} is a mapping with the key "${key}"; write it without ${fix}` }
}

function sentence(issue: Issue, path: Path, source: SourceText, schema: z.ZodType): string {
  const value = valueAt(source, path)
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
  if (value === '') return `${subject(path)} is empty: it must be ${kindNamed('string')}`
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
