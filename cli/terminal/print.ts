/** Prints the result of a command, as a JSON document or as text that fits the terminal. */
import { type Screen, widthOf } from './terminal.ts'
import { wrapHanging } from './words.ts'

/** Screens with a document: a second one would not be JSON. */
const documented = new WeakSet<Screen>()

export function printJson(screen: Screen, document: unknown): void {
  documented.add(screen)
  screen.write(`${JSON.stringify(document, undefined, 2)}\n`)
}

export function hasDocument(screen: Screen): boolean {
  return documented.has(screen)
}

export function printLines(screen: Screen, lines: readonly string[]): void {
  screen.write(lines.map((line) => `${line}\n`).join(''))
}

/** Wraps each line, and indents its continuation. */
export function printWrapped(screen: Screen, lines: readonly string[]): void {
  printLines(
    screen,
    lines.flatMap((line) => wrapHanging(line, widthOf(screen))),
  )
}

/** Wraps the lines of a message, except indented ones, such as commands and stacks. */
export function printProse(screen: Screen, text: string): void {
  const width = widthOf(screen)
  printLines(
    screen,
    text.split('\n').flatMap((line) => (line.startsWith(' ') ? [line] : wrapHanging(line, width))),
  )
}
