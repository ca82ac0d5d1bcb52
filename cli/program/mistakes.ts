/** The mistakes of a list or an input as documents of `--json` have them. */
import { type Problem, pathText } from '../../mirror/list/document/problems.ts'
import type { Mistake } from './error-document.ts'

export function mistakesOf(problems: readonly Problem[]): Mistake[] {
  return problems.map(({ line, path, text }) => ({
    ...(line === undefined ? {} : { line }),
    key: pathText(path),
    message: text,
  }))
}
