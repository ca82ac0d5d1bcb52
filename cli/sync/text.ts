/** Renders the result of `sync` for people: its table, failures, warnings, and what to do next. */
import type { Report } from '../../mirror/documents.ts'
import { durationText } from '../../mirror/page/units.ts'
import type { Only } from '../../mirror/plan/narrow.ts'
import { rerunPairs } from '../../mirror/report/alert/rerun.ts'
import { quoteForShell } from '../../mirror/shell.ts'
import { renderFailures } from '../run/failures.ts'
import { renderRemarks } from '../run/remarks.ts'
import { countsText, workText } from '../run/summary.ts'
import { renderTable } from '../run/table.ts'
import { renderWarnings } from '../run/warnings.ts'
import { isInterruption } from '../terminal/interrupted.ts'
import { wrap } from '../terminal/words.ts'
import type { SyncOptions } from './command.ts'

export interface SyncEnd {
  readonly report: Report
  readonly seconds: number
  /** The command line. */
  readonly options: SyncAgain
  /** The file of the report's page, if it was written. */
  readonly page?: string | undefined
}

/** Above this number of pairs, the whole list is as quick: what is in sync costs little. */
const MOST_NAMED = 8

export function renderSync({ report, seconds, options, page }: SyncEnd, width: number): string[] {
  const { pairs, counts } = report
  const moved = pairs.reduce((sum, { bytes }) => sum + bytes, 0)
  const interrupted = pairs.filter(({ error }) => isInterruption(error)).length
  const ended = pairs.filter(({ error }) => !isInterruption(error))
  // After an interruption, the whole command continues.
  const failed = interrupted > 0 ? [] : rerunPairs(pairs)
  const shown = { ...counts, failed: counts.failed - interrupted, interrupted }
  return [
    ...renderTable(pairs, width),
    ...(pairs.length > 0 ? [''] : []),
    ...wrap(`${countsText(shown)}; ${workText(counts, moved)} in ${durationText(seconds)}`, width),
    ...renderFailures(ended, width),
    ...renderWarnings(pairs, width),
    ...renderRemarks(report, width),
    ...nextStep(options, {
      failed,
      copies: interrupted === 0 && (counts.stale ?? 0) + (counts.missing ?? 0) > 0,
    }),
    ...(page === undefined ? [] : ['', `Report: ${page}`]),
  ]
}

/** @param end - `copies`: whether the dry run found something to copy */
function nextStep(
  options: SyncAgain,
  { failed, copies }: { readonly failed: Only; readonly copies: boolean },
): string[] {
  const title = failed.length > MOST_NAMED ? 'Try again:' : 'Try the failed pairs again:'
  return [
    ...(failed.length === 0 ? [] : ['', title, `  ${syncAgain(options, failed)}`]),
    ...(copies ? ['', 'Copy what is missing:', `  ${syncAgain({ ...options, dryRun: false }, [])}`] : []),
  ]
}

type SyncAgain = Pick<SyncOptions, 'list' | 'dryRun'>

/** The command that mirrors these pairs again. */
export function syncAgain({ list, dryRun }: SyncAgain, only: Only): string {
  const pairs =
    only.length > MOST_NAMED ? [] : only.flatMap(({ image, target }) => ['--only', `${image}@${target}`])
  const flags = [...(dryRun ? ['--dry-run'] : []), ...pairs]
  return ['npx image-mirror sync', ...[...flags, list].map(quoteForShell)].join(' ')
}
