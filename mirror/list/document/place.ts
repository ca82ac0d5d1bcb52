/** Names places of a document in sentences, and looks up their values. */
import { type Path, pathText } from './problems.ts'
import type { SourceText } from './source-text.ts'

export function subject(path: Path): string {
  return path.length === 0 ? 'the document' : pathText(path)
}

export function inside(path: Path): string {
  return path.length === 0 ? '' : ` in ${pathText(path)}`
}

/** Returns undefined for a place that the document lacks. */
export function valueAt({ value }: SourceText, path: Path): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof at !== 'object' || at === null) return undefined
    return Object.getOwnPropertyDescriptor(at, step)?.value
  }, value)
}
