/** Checks a document against a schema, and says everything that is wrong with it at once. */
import type { z } from 'zod'
import { explainIssue } from './explain-issue.ts'
import { type Problem, refuse } from './problems.ts'
import type { SourceText } from './source-text.ts'

export interface Checks<T> {
  /** What is wrong with the meaning of a document whose shape is right. */
  readonly whole?: (value: T) => Problem[]
  /** What can be said of the meaning when the shape is wrong. */
  readonly parts?: (value: unknown) => Problem[]
}

/** @throws InvalidInput with all of the problems, one per line, in the order of the document */
export function parseWith<T>(source: SourceText, schema: z.ZodType<T>, checks: Checks<T> = {}): T {
  const parsed = schema.safeParse(source.value)
  const problems = parsed.success
    ? (checks.whole?.(parsed.data) ?? [])
    : [
        ...parsed.error.issues.flatMap((issue) => explainIssue(issue, schema, source)),
        ...(checks.parts?.(source.value) ?? []),
      ]
  if (parsed.success && problems.length === 0) return parsed.data
  return refuse(source.file, placed(problems, source.lineOf))
}

/** Problems with their lines, in the order of the document. */
export function placed(problems: readonly Problem[], lineOf: SourceText['lineOf']): Problem[] {
  return problems
    .map((problem) => ({ ...problem, line: problem.line ?? lineOf(problem.path) }))
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
}
