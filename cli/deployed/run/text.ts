/** Renders a run of the deployed mirror for people. */

import { quoteForShell } from '../../../mirror/shell.ts'
import { durationText } from '../../../mirror/units.ts'
import { quote } from '../../../registry/model/label.ts'
import { renderFailures } from '../../run/failures.ts'
import { renderRemarks } from '../../run/remarks.ts'
import { countsText, workText } from '../../run/summary.ts'
import { renderTable } from '../../run/table.ts'
import { renderWarnings } from '../../run/warnings.ts'
import { wrap } from '../../terminal/words.ts'
import { type Place, placeFlags } from '../aws/flags.ts'
import type { RunState } from './schema.ts'

/** A refused list has a line for each of its mistakes. */
const MAX_CAUSE = 2_000

/** `npx image-mirror follow RUN --region us-east-1` */
export function commandText(command: string, args: readonly string[], place: Place): string {
  return ['npx image-mirror', command, ...[...args, ...placeFlags(place)].map(quoteForShell)].join(' ')
}

export function renderRun(state: RunState, place: Place, width: number): string[] {
  const { run, report, status, links } = state
  const pairs = report?.pairs ?? []
  const failed = pairs.some(({ outcome }) => outcome === 'failed')
  return [
    ...renderTable(pairs, width),
    ...(pairs.length > 0 ? [''] : []),
    ...wrap(`${status}  ${resultText(state)}`, width),
    ...renderFailures(pairs, width),
    ...renderWarnings(pairs, width),
    ...renderRemarks(report ?? {}, width),
    ...(failed ? ['', 'Run the failed pairs again:', `  ${commandText('rerun', [run], place)}`] : []),
    '',
    ...(links.page === undefined ? [] : ['Report:', `  ${links.page}`]),
    'Execution:',
    `  ${links.execution}`,
  ]
}

function resultText({ report, status, started, ended, error, cause }: RunState): string {
  const seconds = ended === undefined ? undefined : (Date.parse(ended) - Date.parse(started)) / 1000
  const took = seconds === undefined ? '' : ` in ${durationText(seconds)}`
  if (report === undefined)
    return status === 'SUCCEEDED'
      ? `without a report${took}`
      : `${error ?? 'no error'}: ${quote(cause ?? 'no cause', MAX_CAUSE)}`
  const moved = report.pairs.reduce((sum, { bytes }) => sum + bytes, 0)
  return `${countsText(report.counts, status !== 'SUCCEEDED')}; ${workText(report.counts, moved)}${took}`
}
