/** What a terminal can do, and how wide its lines are. */
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

/** Whether a picture may be drawn over the last one. `NO_COLOR` asks for plain text, which has no cursor either. */
export function canRedraw({ isTTY }: Screen, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY === true && env.TERM !== 'dumb' && !env.NO_COLOR
}

/** The longest line that does not wrap; files and pipes have lines of any length. */
export function widthOf({ isTTY, columns }: Screen): number {
  // Terminals that do not know their size report 0. The last column makes some of them wrap.
  return isTTY ? (columns || 80) - 1 : Number.POSITIVE_INFINITY
}

/**
 * Moves to where these lines begin and clears what follows. The cursor may have left the first column, as after the
 * "^C" that a terminal echoes, and lines that were drawn on a wider terminal may have wrapped since.
 */
export function eraseLines(lines: readonly string[], { columns, rows }: Screen): string {
  if (lines.length === 0) return ''
  const heights = lines.map((line) => Math.ceil(stripVTControlCharacters(line).length / (columns || 80)) || 1)
  const height = heights.reduce((sum, one) => sum + one, 0)
  const up = Math.min(height, (rows || 24) - 1)
  return `\r\x1b[${up}A\x1b[J`
}
