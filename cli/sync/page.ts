/** Renders and writes the report of `sync` as the page that runs of the workflow have. */
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Run } from '../../mirror/contract.ts'
import type { PairReport, Report } from '../../mirror/documents.ts'
import { ErrorName } from '../../mirror/error-name.ts'
import { namedError } from '../../mirror/failure.ts'
import type { ShownPair } from '../../mirror/page/outcome-words.ts'
import { rerunPairs } from '../../mirror/report/alert/rerun.ts'
import { byImage } from '../../mirror/report/page/by-image.ts'
import { draftPage } from '../../mirror/report/page/page.ts'
import { systemProblem } from '../program/system-error.ts'
import { isInterruption } from '../terminal/interrupted.ts'
import type { SyncOptions } from './command.ts'
import { syncAgain } from './text.ts'

const CONTINUE = 'The run was interrupted. Run the command again to continue.'

export function renderPage(
  { pairs, counts, notices = [] }: Report,
  run: Run,
  options: Pick<SyncOptions, 'list' | 'dryRun' | 'only' | 'report'>,
): string {
  const page = draftPage({
    run,
    rerunWith: (only) => syncAgain(options, typeof only === 'string' ? [] : only, pairs),
  })
  const ended = pairs.filter(({ error }) => !isInterruption(error))
  for (const group of byImage(pairs)) page.add(group.map(shown))
  const interrupted = pairs.length - ended.length
  return page.finish({
    counts: { ...counts, failed: counts.failed - interrupted },
    interrupted,
    only: rerunPairs(ended),
    now: new Date(),
    notices: interrupted === 0 ? notices : [CONTINUE, ...notices],
  })
}

/** The report counts a pair that was interrupted as failed. */
function shown(pair: PairReport): ShownPair {
  return isInterruption(pair.error) ? { ...pair, outcome: 'interrupted' } : pair
}

/** @returns why the page could not be written, if it could not: the images are mirrored by then */
export async function writePage(file: string, page: string): Promise<string | undefined> {
  try {
    await writeFile(file, page)
    return undefined
  } catch (error) {
    const reason = systemProblem(error, '--report')?.sentence ?? String(error)
    return `The report was not written to ${file}; ${reason}`
  }
}

/** @throws InvalidInput before anything is mirrored, if the page could not be written at the end */
export async function requireFolder(file: string): Promise<void> {
  try {
    // The slash makes a file fail.
    await access(`${dirname(file)}/`, constants.W_OK)
  } catch {
    throw refused(`${dirname(file)} is not a folder that can be written to; name a file in another folder`)
  }
  if (await isFolder(file)) throw refused(`${file} is a folder; name a file in it`)
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function refused(wrong: string): Error {
  return namedError(ErrorName.InvalidInput, `--report: ${wrong}`)
}
