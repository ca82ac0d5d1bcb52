/** Checks a document against a schema, and says everything that is wrong with it at once. */
import type { z } from 'zod'
import { explainIssue } from './explain-issue.ts'
import { type Problem, refuse } from './problems.ts'
import type { SourceText } from './source-text.ts'

/**
 * First the document's shape, and when that is right, what `check` says of its meaning.
 * @throws InvalidInput with all of the problems, one per line
 */
export function parseWith<T>(source: SourceText, schema: z.ZodType<T>, check?: (value: T) => Problem[]): T {
  const parsed = schema.safeParse(source.value)
  const problems = parsed.success
    ? (check?.(parsed.data) ?? [])
    : parsed.error.issues.flatMap((issue) => explainIssue(issue, schema, source))
  if (parsed.success && problems.length === 0) return parsed.data
  return refuse(
    source.file,
    problems.map((problem) => ({ ...problem, line: problem.line ?? source.lineOf(problem.path) })),
  )
}
