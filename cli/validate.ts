/** Implements the command `validate`: checks a list offline, and reports every mistake with line, key and fix. */
import type { List } from '../mirror/list/config.ts'
import { lineOf, type Problem, problemsOf } from '../mirror/list/document/problems.ts'
import { joinPieces } from '../mirror/list/elsewhere/join.ts'
import { parsePiece } from '../mirror/list/elsewhere/piece.ts'
import { placesOf } from '../mirror/list/elsewhere/place.ts'
import { readEntries } from '../mirror/list/entry.ts'
import { validateList } from '../mirror/list/parse-list.ts'
import { settingsWarnings } from '../mirror/list/repositories/check.ts'
import { noticesOf } from '../mirror/plan/notices.ts'
import { plural } from '../mirror/units.ts'
import { mistakesOf } from './program/mistakes.ts'
import { readFileBeside, readList, readListText } from './read-list.ts'
import { printJson, printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'
import type { ValidateOptions } from './validate/command.ts'
import type { Validation } from './validate/schema.ts'

/** Returns the exit status. */
export async function validate(
  { list: given, for: deployed, json }: ValidateOptions,
  { stdout }: Terminal,
): Promise<number> {
  const text = await readListText(given)
  const file = given === '-' ? 'standard input' : given
  const list = deployed === undefined ? undefined : await readList(deployed, { flag: '--for' })
  const checked = check(() =>
    list === undefined ? validateList(text, file, readFileBeside(given)) : imagesFor(list, text, file),
  )
  const problems = 'problems' in checked ? checked.problems : []
  const warnings = 'list' in checked ? warningsOf(checked.list) : []
  if (json) printJson(stdout, documentOf(file, problems, warnings))
  else if ('list' in checked)
    printWrapped(stdout, [...validLines(file, checked.list), ...warningLines(warnings)])
  else printWrapped(stdout, problemLines(file, problems))
  return problems.length === 0 ? 0 : 2
}

/** The images of a place, without those of the list that names it. */
function imagesFor(list: List, text: string, file: string): List {
  const piece = parsePiece({ name: file, content: { text } }, { list, now: new Date() })
  const { imagesFrom: _, ...joined } = joinPieces([piece], { list })
  return { ...joined, images: joined.images.slice(list.images.length) }
}

function check(read: () => List): { list: List } | { problems: readonly Problem[] } {
  try {
    return { list: read() }
  } catch (error) {
    const problems = problemsOf(error)
    if (problems === undefined) throw error
    return { problems }
  }
}

function documentOf(file: string, problems: readonly Problem[], warnings: readonly string[]): Validation {
  return {
    file,
    valid: problems.length === 0,
    problems: mistakesOf(problems),
    ...(warnings.length > 0 && { warnings: [...warnings] }),
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
  const elsewhere = placesOf(list)
  return [
    `${file} is valid: ${images}, ${places.join(', ')}, ${plural(pairs, 'pair')}.`,
    ...(elsewhere.length === 0 ? [] : [`Runs read further images from ${elsewhere.join(', ')}.`]),
  ]
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
