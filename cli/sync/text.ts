/** Renders the result of `sync` for people: its table, failures, warnings, and what to do next. */
import type { Report } from '../../mirror/documents.ts'
import type { Only } from '../../mirror/plan/narrow.ts'
import { rerunPairs } from '../../mirror/report/alert/rerun.ts'
import { quoteForShell } from '../../mirror/shell.ts'
import { durationText } from '../../mirror/units.ts'
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
      pairs,
      copies: interrupted === 0 && (counts.stale ?? 0) + (counts.missing ?? 0) > 0,
    }),
    ...(page === undefined ? [] : ['', `Report: ${page}`]),
  ]
}

interface Next {
  readonly failed: Only
  /** All pairs of the run. */
  readonly pairs: Only
  /** Whether the dry run found something to copy. */
  readonly copies: boolean
}

function nextStep(options: SyncAgain, { failed, pairs, copies }: Next): string[] {
  const isNamed = namesOf(options, failed, pairs).length <= MOST_NAMED
  const title = isNamed ? 'Try the failed pairs again:' : 'Try again:'
  return [
    ...(failed.length === 0 ? [] : ['', title, `  ${syncAgain(options, failed, pairs)}`]),
    ...(copies
      ? ['', 'Copy what is missing:', `  ${syncAgain({ ...options, dryRun: false }, [], pairs)}`]
      : []),
  ]
}

type SyncAgain = Pick<SyncOptions, 'list' | 'dryRun' | 'only' | 'report'>

/**
 * The command that mirrors failed pairs again.
 * @param pairs - all pairs of the run
 */
export function syncAgain(options: SyncAgain, failed: Only, pairs: Only): string {
  const { list, dryRun, report } = options
  const names = namesOf(options, failed, pairs)
  const flags = [
    ...(dryRun ? ['--dry-run'] : []),
    ...(names.length > MOST_NAMED ? [] : names.flatMap((name) => ['--only', name])),
    ...(report === undefined ? [] : ['--report', report]),
  ]
  return ['npx image-mirror sync', ...[...flags, list].map(quoteForShell)].join(' ')
}

/** What `--only` names: an image that failed at all of its targets stands for itself. */
function namesOf({ only }: Pick<SyncAgain, 'only'>, failed: Only, pairs: Only): string[] {
  const complete = Map.groupBy(pairs, ({ image }) => image)
  return [...Map.groupBy(failed, ({ image }) => image)].flatMap(([image, of]) => {
    const isWhole = only === undefined && of.length === complete.get(image)?.length
    return isWhole ? [image] : of.map(({ target }) => `${image}@${target}`)
  })
}
