/** What is wrong with a list or an input: every problem with its place and its fix, told all at once. */
import { ErrorName } from '../error-name.ts'
import { namedError } from '../failure.ts'

export type Path = readonly (string | number)[]

export interface Problem {
  /** Where: used to find the line. */
  readonly path: Path
  /** The whole sentence, place and fix included. */
  readonly text: string
  readonly line?: number | undefined
}

/** `images[2].tags`; the document itself is the empty string. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** @throws InvalidInput with all of the problems, one per line */
export function refuse(file: string, problems: readonly Problem[]): never {
  const lines = problems.map(({ line, text }) => `${file}${line === undefined ? '' : `:${line}`}: ${text}`)
  throw namedError(ErrorName.InvalidInput, [...new Set(lines)].join('\n'))
}
