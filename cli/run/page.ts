/** Renders the report of a local run, with commands and files of this machine in place of those of AWS. */
import type { RunDocument } from '../../local/run-document.ts'
import { rerunPairs } from '../../mirror/report/alert/rerun.ts'
import { byImage } from '../../mirror/report/page/by-image.ts'
import { draftPage } from '../../mirror/report/page/page.ts'
import { startHistory } from '../../mirror/status/history.ts'
import type { Status } from '../../mirror/status/schema.ts'

export interface LocalReport {
  readonly dryRun: boolean
  /** The command that runs all failed pairs again. */
  readonly rerun: string
  /** The file of the document. */
  readonly file: string
  /** The status before the run. @default - it is the first one */
  readonly before: Status | undefined
  readonly now: Date
}

export function renderLocalPage(
  { run: name, counts, pairs, notices = [], pruned = [] }: RunDocument,
  { dryRun, rerun, file, before, now }: LocalReport,
): string {
  const page = draftPage({ run: { name, dryRun }, rerunAll: rerun }, startHistory(before))
  for (const group of byImage(pairs)) page.add(group)
  for (const tag of pruned) page.addPruned(tag)
  return page.finish({ counts, only: rerunPairs(pairs), reportFile: file, notices, now })
}
