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
  /** @default - the document that is checked */
  readonly file?: string | undefined
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

/** @param wrong - what is wrong with the value at the path; undefined if nothing is */
export function problemsAt(path: Path, wrong: string | undefined): Problem[] {
  return wrong === undefined ? [] : [problemAt(path, wrong)]
}

/** @returns the message of the error that the work throws; undefined if it throws none */
export function messageFrom(work: () => unknown): string | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Reports each value that occurs again. */
export function repeated(values: readonly string[], path: Path): Problem[] {
  return values.flatMap((value, index) =>
    values.indexOf(value) === index
      ? []
      : [problemAt([...path, index], `"${value}" appears twice; remove one of them`)],
  )
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

export function lineOf(given: string, { line, text, file = given }: Omit<Problem, 'path'>): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${text}`
}
