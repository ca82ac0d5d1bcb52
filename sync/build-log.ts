/**
 * Structured build log on stderr: JSON lines with the same fields as the Lambda logs, plus the run and the pair.
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
  /** Adds the fields to all subsequent lines. */
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
