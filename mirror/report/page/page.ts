/**
 * Renders a run's report as one HTML file: it needs no network, works without scripts, and shows failures first. It
 * consumes pairs image by image and keeps only what it shows, so that a run of any size fits into memory.
 */
import type { Counts } from '../../contract.ts'
import type { PairReport } from '../../documents.ts'
import { executionLink, objectLink } from '../../list/partitions.ts'
import { ago, controls, copyable, documentOf } from '../../page/document.ts'
import { type Html, html, link, NOTHING } from '../../page/html.ts'
import { occurring, wordOf } from '../../page/outcome-words.ts'
import { countText, plural } from '../../page/units.ts'
import type { Only } from '../../plan/narrow.ts'
import type { PrunedTag } from '../../prune/documents.ts'
import { type History, NO_HISTORY } from '../../status/history.ts'
import { type RerunContext, rerunCommand } from '../alert/rerun.ts'
import { startFailures } from './failures.ts'
import { startMatrix } from './matrix.ts'
import { startPruned } from './pruned.ts'
import { startTimeline } from './timeline.ts'
import { startUsage } from './usage.ts'

export interface PageContext {
  /** The execution's ARN. @default - the run is not one of the workflow */
  readonly execution?: string
  /** `s3://bucket/runs/<run>/report.json` @default - the run is not one of the workflow */
  readonly reportUrl?: string
  readonly counts: Counts
  /** The failed pairs, or the URL of their list. */
  readonly only: Only | string
  readonly now: Date
  /** @default - none */
  readonly notices?: readonly string[]
}

export interface PageDraft {
  /** The pairs of one image. */
  add(pairs: readonly PairReport[]): void
  addPruned(tag: PrunedTag): void
  finish(context: PageContext): string
}

/** @param history - what was known of the pairs before the run */
export function draftPage(rerun: RerunContext, history: History = NO_HISTORY): PageDraft {
  const failed = startFailures('failed', rerun, history)
  const deferred = startFailures('deferred', rerun, history)
  const matrix = startMatrix(history)
  const timeline = startTimeline()
  const usage = startUsage()
  const pruned = startPruned()
  return {
    addPruned: pruned.add,
    add(pairs) {
      matrix.add(pairs, new Map([...failed.add(pairs), ...deferred.add(pairs)]))
      timeline.add(pairs)
      usage.add(pairs)
    },
    finish(context) {
      const sections = [
        controls(occurring(context.counts).map(([outcome, count]) => [outcome, wordOf(outcome), count])),
        failed.section(),
        matrix.section(),
        deferred.section(),
        pruned.section(context.notices ?? []),
        timeline.section(),
        usage.section(),
      ]
      return write(rerun, context, sections)
    },
  }
}

function write(rerun: RerunContext, context: PageContext, sections: readonly Html[]): string {
  const { run } = rerun
  const { counts, only, now } = context
  const header = html`<p class="product">image-mirror report${run.dryRun ? ', dry run' : ''}</p>
<h1>${verdict(counts)}</h1>
<p class="note">Run ${run.name}, reported ${ago(now.toISOString())}. ${plural(counts.images, 'image')}, ${plural(counts.pairs, 'pair')}.</p>
<p class="note" id="everything">${everything(context)}</p>
${counts.failed === 0 ? NOTHING : html`<h2 class="rerun">Rerun all failed pairs</h2>${copyable(rerunCommand(only, rerun), 'Rerun all failed pairs')}`}
`
  const title = `${counts.failed > 0 ? `${countText(counts.failed)} failed` : 'no failures'}: ${run.name}`
  return documentOf({ title, header, main: sections })
}

/** Says where everything is, in place of the parts that were cut. */
function everything({ execution, reportUrl }: PageContext): Html {
  if (execution === undefined || reportUrl === undefined)
    return html`All pairs as JSON: the same command with <code>--json</code>.`
  const [bucket = '', ...key] = reportUrl.replace(/^s3:\/\//, '').split('/')
  const region = execution.split(':')[3] ?? ''
  return html`${link(executionLink(execution), 'Execution in the console')}. All pairs as JSON: ${link(objectLink({ bucket, key: key.join('/') }, region), 'report.json')}, <code>${reportUrl}</code>`
}

function verdict({ failed, deferred, pairs }: Counts): string {
  if (failed > 0) return `${countText(failed)} of ${plural(pairs, 'pair')} failed`
  if (deferred > 0) return `No failures; ${plural(deferred, 'pair')} deferred`
  return 'No failures'
}
