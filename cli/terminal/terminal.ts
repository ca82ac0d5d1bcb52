/** Capabilities and dimensions of a terminal. */
import { stripVTControlCharacters } from 'node:util'

/** The streams of the process that runs a command. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

export interface Screen {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
  write(text: string): unknown
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

/** Returns true if output may be redrawn in place. `NO_COLOR` requests plain text, so it turns off redrawing too. */
export function canRedraw({ isTTY }: Screen, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY === true && env.TERM !== 'dumb' && !env.NO_COLOR
}

/** Returns the longest line that does not wrap. Lines in files and pipes are unlimited. */
export function widthOf({ isTTY, columns }: Screen): number {
  // Terminals of unknown size report 0. Some terminals wrap when the last column is used.
  return isTTY ? (columns || 80) - 1 : Number.POSITIVE_INFINITY
}

/**
 * Returns the escape sequence that moves to the start of these lines and clears the rest. It handles a cursor outside
 * the first column, as after an echoed "^C", and lines that wrapped after the terminal was resized.
 */
export function eraseLines(lines: readonly string[], { columns, rows }: Screen): string {
  if (lines.length === 0) return ''
  const heights = lines.map((line) => Math.ceil(stripVTControlCharacters(line).length / (columns || 80)) || 1)
  const height = heights.reduce((sum, one) => sum + one, 0)
  const up = Math.min(height, (rows || 24) - 1)
  return `\r\x1b[${up}A\x1b[J`
}
