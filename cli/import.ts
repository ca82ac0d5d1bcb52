/** Implements the command `import`: turns another tool's list into a list, and reports what has no counterpart. */
import { stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { ErrorName } from '../mirror/error-name.ts'
import { namedError } from '../mirror/failure.ts'
import { lineOf } from '../mirror/list/document/problems.ts'
import { plural } from '../mirror/units.ts'
import type { ImportCommandOptions } from './import/command.ts'
import { importList } from './import/import.ts'
import { MAX_BYTES } from './import/read/read-node.ts'
import { UsageError } from './program/usage-error.ts'
import { readText } from './read-list.ts'
import { printWrapped } from './terminal/print.ts'
import type { Terminal } from './terminal/terminal.ts'

/** Returns the exit status. */
export async function importFile(
  { source, from, out, force, strict, regions }: ImportCommandOptions,
  { stdout, stderr }: Terminal,
): Promise<number> {
  const text = await readBounded(source)
  const file = basename(source)
  const found = importList(text, { file, from, regions, now: new Date() })
  const { text: list, images, notes, hints, leftOut, tool } = found
  if (out === undefined) stdout.write(list)
  else await writeNew(out, list, force)
  const lost = leftOut === 0 ? '' : `; ${leftOut} of ${plural(images + leftOut, 'entry', 'entries')} left out`
  const written = out === undefined ? '' : `; written to ${out}`
  printWrapped(stderr, [
    ...notes.map((note) => lineOf(file, note)),
    ...hints,
    `${file} (${tool}): ${plural(images, 'image')}, ${plural(notes.length, 'note')}${lost}${written}.`,
  ])
  return strict && notes.length > 0 ? 1 : 0
}

async function readBounded(path: string): Promise<string> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  )
  if (size > MAX_BYTES) {
    throw namedError(
      ErrorName.InvalidInput,
      `${path} has ${size} bytes, but import reads at most ${MAX_BYTES}; split the file`,
    )
  }
  return readText(path)
}

/** @throws {UsageError} if the file exists and must not be overwritten */
async function writeNew(path: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(path, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
      throw new UsageError(`--out: ${path} exists already; name another file, or overwrite it with --force`)
    }
    throw error
  }
}
