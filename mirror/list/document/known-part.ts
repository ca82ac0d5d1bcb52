/** Reads a document that has unknown keys as it was probably meant, so that they do not hide its other problems. */
import type * as z from 'zod'
import { nearest } from '../../nearest.ts'
import { meantByForeign } from './foreign-words.ts'
import type { Path } from './problems.ts'
import { keysAt, placeAt } from './schema-at.ts'

type Issue = z.core.$ZodIssue

export interface KnownPart<T> {
  /** The document with misspelt keys as they were meant, and without other unknown keys. */
  readonly value: unknown
  readonly result: z.ZodSafeParseResult<T>
  /** The path in the document as written. */
  writtenAs(path: Path): Path
}

interface Renamed {
  readonly above: Path
  readonly written: string
  readonly meant: string
}

export function knownPart<T>(schema: z.ZodType<T>, document: unknown): KnownPart<T> {
  let value = document
  const renamed: Renamed[] = []
  for (;;) {
    const result = schema.safeParse(value)
    const issues = (result.error?.issues ?? []).flatMap((issue) => chosenIssues(issue))
    const unknown = issues.flatMap((issue) => {
      const above = pathOf(issue)
      return issue.code === 'unrecognized_keys'
        ? issue.keys.map((written) => ({ above, written, meant: meantBy(written, above, schema) }))
        : []
    })
    // A key with a value that does not fit meant something else.
    const unfit = renamed.filter(({ above, meant }) =>
      issues.some((issue) => startsWith(pathOf(issue), [...above, meant])),
    )
    const wrong = [
      ...unknown,
      ...unfit.map(({ above, meant }) => ({ above, written: meant, meant: undefined })),
    ]
    const before = value
    for (const { above, written, meant } of wrong) {
      const isRenamed = meant !== undefined && !Object.hasOwn(objectAt(value, above), meant)
      if (isRenamed) renamed.push({ above, written, meant })
      value = withoutKey(value, above, { key: written, as: isRenamed ? meant : undefined })
    }
    if (value === before) return { value, result, writtenAs: (path) => writtenPath(path, renamed) }
  }
}

/** @param given - `as`: the key that keeps its value. Without a change, the same value is returned */
function withoutKey(
  value: unknown,
  above: Path,
  given: { readonly key: string; readonly as: string | undefined },
): unknown {
  const [step, ...rest] = above
  const object = value as Record<string | number, unknown>
  if (step === undefined) {
    if (!Object.hasOwn(object, given.key)) return value
    return Object.fromEntries(
      Object.entries(object).flatMap(([key, kept]) => {
        if (key !== given.key) return [[key, kept]]
        return given.as === undefined ? [] : [[given.as, kept]]
      }),
    )
  }
  const next = withoutKey(object[step], rest, given)
  if (next === object[step]) return value
  return Array.isArray(value) ? value.with(Number(step), next) : { ...object, [step]: next }
}

/** The issues of the alternative that fits best, apart from unknown keys. */
function chosenIssues(issue: Issue, above: Path = []): Issue[] {
  const path = [...above, ...pathOf(issue)]
  if (issue.code !== 'invalid_union') return [{ ...issue, path }]
  const [best] = issue.errors.toSorted((a, b) => misfits(a) - misfits(b))
  return (best ?? []).flatMap((one) => chosenIssues(one, path))
}

function misfits(issues: readonly Issue[]): number {
  const others = issues.filter(({ code }) => code !== 'unrecognized_keys')
  return others.some(({ code, path }) => code === 'invalid_type' && path.length === 0)
    ? Number.POSITIVE_INFINITY
    : others.length
}

function meantBy(key: string, above: Path, schema: z.ZodType): string | undefined {
  const known = keysAt(schema, above)
  return meantByForeign(key, placeAt(schema, above), known)?.key ?? nearest(key, known)
}

function writtenPath(path: Path, renamed: readonly Renamed[]): Path {
  return renamed.reduceRight<Path>(
    (found, { above, written, meant }) =>
      startsWith(found, [...above, meant]) ? [...above, written, ...found.slice(above.length + 1)] : found,
    path,
  )
}

function startsWith(path: Path, start: Path): boolean {
  return start.every((step, index) => path[index] === step)
}

function pathOf({ path }: Issue): Path {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step))
}

function objectAt(value: unknown, path: Path): Record<string | number, unknown> {
  return path.reduce((found, step) => (found as Record<string | number, unknown>)[step], value) as Record<
    string | number,
    unknown
  >
}
