/** Renders the report of `sync` as the page that runs of the workflow have. */
import type { Run } from '../../mirror/contract.ts'
import type { PairReport, Report } from '../../mirror/documents.ts'
import { rerunPairs } from '../../mirror/report/alert/rerun.ts'
import { draftPage } from '../../mirror/report/page/page.ts'
import type { SyncOptions } from './command.ts'
import { syncAgain } from './text.ts'

export function renderPage(
  { pairs, counts, notices = [] }: Report,
  run: Run,
  { list }: Pick<SyncOptions, 'list'>,
): string {
  const page = draftPage({ run, rerunWith: (only) => syncAgain(list, typeof only === 'string' ? [] : only) })
  for (const group of byImage(pairs)) page.add(group)
  return page.finish({ counts, only: rerunPairs(pairs), now: new Date(), notices })
}

function byImage(pairs: readonly PairReport[]): PairReport[][] {
  return [...Map.groupBy(pairs, ({ image, repository }) => `${image} ${repository}`).values()]
}
