/** Validates a document against a schema and reports all problems at once. */
import type { z } from 'zod'
import { explainIssues } from './explain-issue.ts'
import { knownPart } from './known-part.ts'
import { type Problem, refuse } from './problems.ts'
import type { SourceText } from './source-text.ts'

export interface Checks<T> {
  /** Checks a document that matches the schema, apart from unknown keys. */
  readonly whole?: (value: T) => readonly Problem[]
  /** Checks what is possible in a document that does not match the schema. */
  readonly parts?: (value: unknown) => Problem[]
}

/** @throws InvalidInput with all of the problems, one per line, in the order of the document */
export function parseWith<T>(source: SourceText, schema: z.ZodType<T>, checks: Checks<T> = {}): T {
  const parsed = schema.safeParse(source.value)
  if (!parsed.success) {
    const issues = explainIssues(parsed.error.issues, schema, source)
    return refuse(source.file, placed([...issues, ...hidden(source, schema, checks)], source.lineOf))
  }
  const problems = checks.whole?.(parsed.data) ?? []
  return problems.length === 0 ? parsed.data : refuse(source.file, placed(problems, source.lineOf))
}

/** The problems that a wrong shape does not prevent from being found. */
function hidden<T>({ value, lineOf }: SourceText, schema: z.ZodType<T>, checks: Checks<T>): Problem[] {
  const known = knownPart(schema, value)
  const found = [
    ...(known.result.success ? (checks.whole?.(known.result.data) ?? []) : []),
    ...(checks.parts?.(known.value) ?? []),
  ]
  return placed(found, (path) => lineOf(known.writtenAs(path)))
}

/** Adds line numbers, and sorts by line. */
export function placed(problems: readonly Problem[], lineOf: SourceText['lineOf']): Problem[] {
  return problems
    .map((problem) => ({ ...problem, line: problem.line ?? lineOf(problem.path) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
}
