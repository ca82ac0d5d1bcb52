/** Validates a document against a schema and reports all problems at once. */
import type { z } from 'zod'
import { explainIssues } from './explain-issue.ts'
import { type Problem, refuse } from './problems.ts'
import type { SourceText } from './source-text.ts'

export interface Checks<T> {
  /** Checks a document that matches the schema. */
  readonly whole?: (value: T) => Problem[]
  /** Checks what is possible in a document that does not match the schema. */
  readonly parts?: (value: unknown) => Problem[]
}

/** @throws InvalidInput with all of the problems, one per line, in the order of the document */
export function parseWith<T>(source: SourceText, schema: z.ZodType<T>, checks: Checks<T> = {}): T {
  const parsed = schema.safeParse(source.value)
  const problems = parsed.success
    ? (checks.whole?.(parsed.data) ?? [])
    : [...explainIssues(parsed.error.issues, schema, source), ...(checks.parts?.(source.value) ?? [])]
  if (parsed.success && problems.length === 0) return parsed.data
  return refuse(source.file, placed(problems, source.lineOf))
}

/** Adds line numbers, and sorts by line. */
export function placed(problems: readonly Problem[], lineOf: SourceText['lineOf']): Problem[] {
  return problems
    .map((problem) => ({ ...problem, line: problem.line ?? lineOf(problem.path) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
}
