/**
 * The lines of a build's log: JSON, with the fields of the functions' logs, and each with the run and the pair that it is
 * about. They go to stderr.
 */
import { SERVICE } from '../mirror/metric-names.ts'

export type Level = 'INFO' | 'WARN' | 'ERROR'

export interface Line {
  readonly level: Level
  readonly message: string
}

export interface BuildLog {
  /** @param level @default INFO */
  write(message: string, level?: Level): void
  /** These fields are in every line from now on. */
  about(fields: Readonly<Record<string, string>>): void
}

export function createBuildLog(
  write: (line: string) => void = (line) => process.stderr.write(line),
  now: () => number = Date.now,
): BuildLog {
  let known: Readonly<Record<string, string>> = {}
  return {
    write(message, level = 'INFO') {
      const timestamp = new Date(now()).toISOString()
      write(`${JSON.stringify({ level, message, timestamp, service: SERVICE, ...known })}\n`)
    },
    about(fields) {
      known = { ...known, ...fields }
    },
  }
}
