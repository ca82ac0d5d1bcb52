/** Prints the result of a command, as a JSON document or as text that fits the terminal. */
import { type Screen, widthOf } from './terminal.ts'
import { wrapHanging } from './words.ts'

export function printJson(screen: Screen, document: unknown): void {
  screen.write(`${JSON.stringify(document, undefined, 2)}\n`)
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
