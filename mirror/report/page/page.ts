/**
 * Renders a run's report as one HTML file: it needs no network, works without scripts, and shows failures first. It
 * consumes pairs image by image and keeps only what it shows, so that a run of any size fits into memory.
 */
import type { Counts } from '../../contract.ts'
import type { PairReport } from '../../documents.ts'
import { executionLink } from '../../list/partitions.ts'
import type { Only } from '../../plan/narrow.ts'
import type { PrunedTag } from '../../prune/documents.ts'
import { type RerunContext, rerunCommand } from '../rerun.ts'
import { copyable, startFailures } from './failures.ts'
import { type Html, html, link, NOTHING, ours } from './html.ts'
import { startMatrix } from './matrix.ts'
import { occurring, wordOf } from './outcome-words.ts'
import { policyOf } from './policy.ts'
import { startPruned } from './pruned.ts'
import { SCRIPT } from './script.ts'
import { STYLE } from './style.ts'
import { startTimeline } from './timeline.ts'
import { countText, plural } from './units.ts'
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

export function draftPage(rerun: RerunContext): PageDraft {
  const failed = startFailures('failed', rerun)
  const deferred = startFailures('deferred', rerun)
  const matrix = startMatrix()
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
        controls(context.counts),
        failed.section(),
        matrix.section(),
        deferred.section(),
        pruned.section(context.notices ?? []),
        timeline.section(),
        usage.section(),
      ]
      return documentOf(rerun, context, sections).markup
    },
  }
}

function documentOf(rerun: RerunContext, context: PageContext, sections: readonly Html[]): Html {
  const { run } = rerun
  const { counts, execution, reportUrl, only, now } = context
  const title = `${counts.failed > 0 ? `${countText(counts.failed)} failed` : 'no failures'}: ${run.name}`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${ours(policyOf(STYLE, SCRIPT))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${ours(STYLE)}</style>
</head>
<body>
<header>
<p class="product">image-mirror report${run.dryRun ? ', dry run' : ''}</p>
<h1>${verdict(counts)}</h1>
<p class="note">Run ${run.name}, reported <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 16).replace('T', ' ')} UTC</time>. ${plural(counts.images, 'image')}, ${plural(counts.pairs, 'pair')}.</p>
${execution === undefined || reportUrl === undefined ? NOTHING : html`<p class="note">${link(executionLink(execution), 'Execution in the console')}. All pairs as JSON: <code>${reportUrl}</code></p>`}
${counts.failed === 0 ? NOTHING : html`<h2 class="rerun">Rerun all failed pairs</h2>${copyable(rerunCommand(only, rerun), 'Rerun all failed pairs')}`}
</header>
<main>
${sections}</main>
<script>${ours(SCRIPT)}</script>
</body>
</html>
`
}

function verdict({ failed, deferred, pairs }: Counts): string {
  if (failed > 0) return `${countText(failed)} of ${plural(pairs, 'pair')} failed`
  if (deferred > 0) return `No failures; ${plural(deferred, 'pair')} deferred`
  return 'No failures'
}

/** Search and filters. Hidden until the script runs, because they do nothing without it. */
function controls(counts: Counts): Html {
  const boxes = occurring(counts).map(
    ([outcome, count]) =>
      html`<label><input type="checkbox" value="${outcome}"><span class="${outcome}">${wordOf(outcome)} ${countText(count)}</span></label>`,
  )
  if (boxes.length === 0) return NOTHING
  return html`<form id="controls" role="search" hidden><label for="search">Search <kbd>/</kbd></label><input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="image, tag, digest or error"><fieldset><legend>Show only</legend>${boxes}</fieldset><output id="found"></output></form>
<p class="tally">${occurring(counts).map(([outcome, count]) => html`<span class="${outcome}">${wordOf(outcome)} <b>${countText(count)}</b></span> `)}</p>
`
}
