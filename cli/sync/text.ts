/** Renders the result of `sync` for people: its table, failures, warnings, and what to do next. */
import type { Report } from '../../mirror/documents.ts'
import { bytesText, durationText } from '../../mirror/page/units.ts'
import type { Only } from '../../mirror/plan/narrow.ts'
import { rerunPairs } from '../../mirror/report/alert/rerun.ts'
import { quoteForShell } from '../../mirror/shell.ts'
import { renderFailures } from '../run/failures.ts'
import { renderRemarks } from '../run/remarks.ts'
import { countsText } from '../run/summary.ts'
import { renderTable } from '../run/table.ts'
import { renderWarnings } from '../run/warnings.ts'
import { isInterruption } from '../terminal/interrupted.ts'
import { wrap } from '../terminal/words.ts'

export interface SyncEnd {
  readonly report: Report
  readonly seconds: number
  /** The list as it was typed. */
  readonly list: string
  /** The file of the report's page, if it was written. */
  readonly page?: string | undefined
}

/** Above this number of pairs, the whole list is as quick: what is in sync costs little. */
const MOST_NAMED = 8

export function renderSync({ report, seconds, list, page }: SyncEnd, width: number): string[] {
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
    ...wrap(`${countsText(shown)}; ${bytesText(moved)} moved in ${durationText(seconds)}`, width),
    ...renderFailures(ended, width),
    ...renderWarnings(pairs, width),
    ...renderRemarks(report, width),
    ...(failed.length === 0 ? [] : ['', 'Try the failed pairs again:', `  ${syncAgain(list, failed)}`]),
    ...(page === undefined ? [] : ['', `Report: ${page}`]),
  ]
}

/** The command that mirrors these pairs again. */
export function syncAgain(list: string, only: Only): string {
  const flags =
    only.length > MOST_NAMED ? [] : only.flatMap(({ image, target }) => ['--only', `${image}@${target}`])
  return ['npx image-mirror sync', ...[...flags, list].map(quoteForShell)].join(' ')
}
