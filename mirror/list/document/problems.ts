/** Problems of a list or an input, each with its place and fix, reported all at once. */
import { ErrorName } from '../../error-name.ts'
import { namedError } from '../../failure.ts'

export type Path = readonly (string | number)[]

export interface Problem {
  /** Its place in the document, from which the line is found. */
  readonly path: Path
  /** The complete sentence, including place and fix. */
  readonly text: string
  readonly line?: number | undefined
}

/** `images[2].tags`; an empty string stands for the document itself. */
export function pathText(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** @param text - what is wrong with the value at the path */
export function problemAt(path: Path, text: string): Problem {
  return { path, text: `${pathText(path)}: ${text}` }
}

/** @throws InvalidInput with all of the problems, one per line */
export function refuse(file: string, problems: readonly Problem[]): never {
  const lines = new Map(problems.map((problem) => [lineOf(file, problem), problem]))
  const error = namedError(ErrorName.InvalidInput, [...lines.keys()].join('\n'))
  throw Object.assign(error, { problems: [...lines.values()] })
}

/** Returns the problems that `refuse` threw; undefined for any other error. */
export function problemsOf(error: unknown): readonly Problem[] | undefined {
  const isRefusal = error instanceof Error && error.name === ErrorName.InvalidInput && 'problems' in error
  return isRefusal ? (error.problems as readonly Problem[]) : undefined
}

export function lineOf(file: string, { line, text }: Pick<Problem, 'line' | 'text'>): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${text}`
}
