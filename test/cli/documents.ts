// Parses what a command prints with `--json`. The schemas are strict: a key that docs/json.md does not have fails the test.
import { DOCUMENTS, type Documents } from '../../cli/documents.ts'

/** @param stdout - must be a single complete document */
export function documentOf<Command extends keyof Documents>(
  command: Command,
  stdout: string,
): Documents[Command] {
  return DOCUMENTS[command].parse(JSON.parse(stdout)) as Documents[Command]
}
