/** Implements the command `validate`: checks a list offline, and reports every mistake with line, key and fix. */
import type { List } from '../mirror/list/config.ts'
import { lineOf, type Problem, pathText, problemsOf } from '../mirror/list/document/problems.ts'
import { readEntries } from '../mirror/list/entry.ts'
import { validateList } from '../mirror/list/parse-list.ts'
import { settingsWarnings } from '../mirror/list/repositories/check.ts'
import { noticesOf } from '../mirror/plan/notices.ts'
import { readFileBeside, readText } from './read-list.ts'
import { printJson, printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'
import { plural } from './terminal/words.ts'
import type { ValidateOptions } from './validate/command.ts'

/** Returns the exit status. */
export async function validate({ list: file, json }: ValidateOptions, { stdout }: Terminal): Promise<number> {
  const text = await readText(file, 'LIST')
  const checked = check(text, file)
  const problems = 'problems' in checked ? checked.problems : []
  const warnings = 'list' in checked ? warningsOf(checked.list) : []
  if (json) printJson(stdout, documentOf(file, problems, warnings))
  else if ('list' in checked)
    printWrapped(stdout, [...validLines(file, checked.list), ...warningLines(warnings)])
  else printWrapped(stdout, problemLines(file, problems))
  return problems.length === 0 ? 0 : 2
}

function check(text: string, file: string): { list: List } | { problems: readonly Problem[] } {
  try {
    return { list: validateList(text, file, readFileBeside(file)) }
  } catch (error) {
    const problems = problemsOf(error)
    if (problems === undefined) throw error
    return { problems }
  }
}

function documentOf(file: string, problems: readonly Problem[], warnings: readonly string[]): object {
  return {
    file,
    valid: problems.length === 0,
    problems: problems.map(({ line, path, text }) => ({ line, key: pathText(path), message: text })),
    ...(warnings.length > 0 && { warnings }),
  }
}

function validLines(file: string, list: List): string[] {
  const pairs = list.images.flatMap((image) =>
    readEntries(image, list).flatMap((entry) => entry.targets),
  ).length
  const images = plural(list.images.length, 'image')
  const regions = plural(list.regions.length, 'region')
  const others = Object.keys(list.targets ?? {}).length
  const places = [
    ...(list.regions.length > 0 ? [regions] : []),
    ...(others > 0 ? [plural(others, 'other target')] : []),
  ]
  return [`${file} is valid: ${images}, ${places.join(', ')}, ${plural(pairs, 'pair')}.`]
}

function warningsOf(list: List): string[] {
  const entries = list.images.flatMap((image) => readEntries(image, list))
  return [...settingsWarnings(list), ...noticesOf(entries, new Date()).map(({ text }) => text)]
}

function warningLines(warnings: readonly string[]): string[] {
  return warnings.map((warning) => `warning: ${warning}`)
}

function problemLines(file: string, problems: readonly Problem[]): string[] {
  return [
    ...problems.map((problem) => lineOf(file, problem)),
    `${file} is not valid: ${plural(problems.length, 'mistake')}.`,
  ]
}
