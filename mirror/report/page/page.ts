/**
 * Renders a run's report as one HTML file: it needs no network, works without scripts, and shows failures first. It
 * consumes pairs image by image and keeps only what it shows, so that a run of any size fits into memory.
 */
import type { Counts } from '../../contract.ts'
import type { PairReport } from '../../documents.ts'
import { executionLink, objectLink } from '../../list/partitions.ts'
import { documentOf, type Section, type Tone } from '../../page/document.ts'
import { type Html, html, link, NOTHING } from '../../page/html.ts'
import { occurring, type ShownPair, wordOf } from '../../page/outcome-words.ts'
import { ago, type Choice, controls, copyable, facts, tally } from '../../page/parts.ts'
import type { Only } from '../../plan/narrow.ts'
import type { PrunedTag } from '../../prune/documents.ts'
import { type History, NO_HISTORY } from '../../status/history.ts'
import { bytesText, countText, plural } from '../../units.ts'
import { type RerunContext, rerunCommand } from '../alert/rerun.ts'
import { startFailures } from './failures.ts'
import { startMatrix } from './matrix.ts'
import { noticesSection, startPruned } from './pruned.ts'
import { startTimeline } from './timeline.ts'
import { startUsage } from './usage.ts'

export interface PageContext {
  /** The execution's ARN. @default - the run is not one of the workflow */
  readonly execution?: string
  /** `s3://bucket/runs/<run>/report.json` @default - the run is not one of the workflow */
  readonly reportUrl?: string
  readonly counts: Counts
  /** The file of the report, for a run that is not one of the deployed mirror. @default - `--json` prints it */
  readonly reportFile?: string
  /** The failed pairs, or the URL of their list. */
  readonly only: Only | string
  readonly now: Date
  /** @default - none */
  readonly notices?: readonly string[]
  /** Number of pairs that are not done, because the run was interrupted. @default 0 */
  readonly interrupted?: number
}

export interface PageDraft {
  /** The pairs of one image. */
  add(pairs: readonly ShownPair[]): void
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
      const ended = pairs.filter(isEnded)
      matrix.add(pairs, new Map<ShownPair, string>([...failed.add(ended), ...deferred.add(ended)]))
      timeline.add(pairs)
      usage.add(pairs)
    },
    finish(context) {
      const { counts, notices = [] } = context
      const sections = [
        { id: 'failed', name: `Failed ${countText(counts.failed)}`, content: failed.section() },
        { id: 'images', name: 'Images', content: matrix.section() },
        { id: 'deferred', name: `Deferred ${countText(counts.deferred)}`, content: deferred.section() },
        { id: 'notices', name: 'Notices', content: noticesSection(notices) },
        { id: 'pruned', name: 'Pruned', content: pruned.section() },
        { id: 'timeline', name: 'Timeline', content: timeline.section() },
        { id: 'usage', name: 'Bytes and seconds', content: usage.section() },
      ]
      return write(rerun, context, sections, usage.bytes())
    },
  }
}

function isEnded(pair: ShownPair): pair is PairReport {
  return pair.outcome !== 'interrupted'
}

function write(
  rerun: RerunContext,
  context: PageContext,
  sections: readonly Section[],
  bytes: number,
): string {
  const { run } = rerun
  const { counts, execution, only, now, interrupted = 0 } = context
  const choices = occurring({ ...counts, interrupted }).map(
    ([outcome, count]): Choice => [outcome, wordOf(outcome), count],
  )
  const header = html`${facts([
    ['Run', run.name],
    ['Reported', ago(now.toISOString())],
    ['Images', countText(counts.images)],
    ['Pairs', countText(counts.pairs)],
    ['Moved', bytes === 0 ? undefined : bytesText(bytes)],
    ['Execution', execution === undefined ? undefined : link(executionLink(execution), 'In the console')],
    ['All pairs as JSON', html`<span id="everything">${everything(context)}</span>`],
  ])}${tally(choices)}${counts.failed === 0 ? NOTHING : html`<h2 class="rerun">Rerun all failed pairs</h2>${copyable(rerunCommand(only, rerun), 'Rerun all failed pairs')}`}
`
  return documentOf({
    kind: run.dryRun ? 'report, dry run' : 'report',
    title: `${titleOf(counts, interrupted)}: ${run.name}`,
    tone: toneOf(counts, interrupted),
    verdict: verdict(counts, interrupted),
    header,
    controls: choices.length === 0 ? NOTHING : controls(choices),
    sections,
  })
}

/** Says where everything is, in place of the parts that were cut. */
function everything({ execution, reportUrl, reportFile }: PageContext): Html {
  if (reportFile !== undefined) return html`<code>${reportFile}</code>`
  if (execution === undefined || reportUrl === undefined)
    return html`the same command with <code>--json</code>`
  const [bucket = '', ...key] = reportUrl.replace(/^s3:\/\//, '').split('/')
  const region = execution.split(':')[3] ?? ''
  return html`${link(objectLink({ bucket, key: key.join('/') }, region), 'report.json')}, <code>${reportUrl}</code>`
}

function titleOf({ failed }: Counts, interrupted: number): string {
  if (failed > 0) return `${countText(failed)} failed`
  return interrupted > 0 ? 'interrupted' : 'no failures'
}

function toneOf({ failed, deferred }: Counts, interrupted: number): Tone {
  if (failed > 0) return 'failed'
  return deferred + interrupted > 0 ? 'deferred' : 'inSync'
}

function verdict({ failed, deferred, pairs }: Counts, interrupted: number): string {
  if (failed > 0) return `${countText(failed)} of ${plural(pairs, 'pair')} failed`
  if (interrupted > 0) return `Interrupted; ${plural(interrupted, 'pair')} not done`
  if (deferred > 0) return `No failures; ${plural(deferred, 'pair')} deferred`
  return 'No failures'
}
