/**
 * Matches events against EventBridge patterns. Rejects unknown operators, so that a rule never matches by mistake.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { asArray, asString, isObject, type Json, type JsonObject } from '../json.ts'

/** Returns true if every field of the pattern matches; `$or` needs one matching alternative. */
export function matchesPattern(pattern: JsonObject, event: Json | undefined): boolean {
  return Object.entries(pattern).every(([key, expected]) => {
    if (key === '$or') return asArray(expected).some((one) => isObject(one) && matchesPattern(one, event))
    const value = isObject(event) ? event[key] : undefined
    if (isObject(expected)) return matchesPattern(expected, value)
    return matchesLeaf(asArray(expected), value)
  })
}

/** A leaf is a list of alternatives; an array in the event matches if any element does. */
function matchesLeaf(alternatives: readonly Json[], value: Json | undefined): boolean {
  const values = Array.isArray(value) ? value : [value]
  return alternatives.some((alternative) => values.some((one) => matchesOne(alternative, one)))
}

function matchesOne(expected: Json, value: Json | undefined): boolean {
  if (!isObject(expected)) return expected === value
  return Object.entries(expected).every(([operator, argument]) => {
    const test = OPERATORS[operator]
    if (!test) throw new Error(`the event pattern uses "${operator}", which the local run does not support`)
    return test(argument, value)
  })
}

type Operator = (argument: Json, value: Json | undefined) => boolean

const OPERATORS: Readonly<Record<string, Operator>> = {
  exists: (wanted, value) => (value !== undefined) === wanted,
  prefix: (prefix, value) => typeof value === 'string' && value.startsWith(asString(prefix, 'prefix')),
  suffix: (suffix, value) => typeof value === 'string' && value.endsWith(asString(suffix, 'suffix')),
  'equals-ignore-case': (text, value) =>
    typeof value === 'string' && value.toLowerCase() === asString(text, 'equals-ignore-case').toLowerCase(),
  wildcard: (pattern, value) => typeof value === 'string' && matchesWildcard(pattern, value),
  numeric: (comparison, value) => typeof value === 'number' && compares(asArray(comparison), value),
  /** Requires a value to be present, as EventBridge does. */
  'anything-but': (excluded, value) => value !== undefined && !isExcluded(excluded, value),
}

function isExcluded(excluded: Json, value: Json): boolean {
  if (Array.isArray(excluded)) return excluded.includes(value)
  if (!isObject(excluded)) return excluded === value
  // `{"anything-but": {"prefix": "a"}}` and `{"anything-but": {"prefix": ["a", "b"]}}`
  return Object.entries(excluded).some(([operator, argument]) => {
    const alternatives = Array.isArray(argument) ? argument : [argument]
    return alternatives.some((one) => matchesOne({ [operator]: one }, value))
  })
}

function matchesWildcard(pattern: Json, value: string): boolean {
  const literal = asString(pattern, 'wildcard')
    .split('*')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${literal.join('.*')}$`, 's').test(value)
}

function compares(comparison: readonly Json[], value: number): boolean {
  for (let index = 0; index < comparison.length; index += 2) {
    const compare = COMPARISONS[String(comparison[index])]
    if (!compare) throw new Error(`"${comparison[index]}" is not a numeric comparison`)
    if (!compare(value, Number(comparison[index + 1]))) return false
  }
  return true
}

const COMPARISONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
}
