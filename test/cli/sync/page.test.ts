// The page of `sync --report` after a signal has stopped some of its pairs.
import { expect, test } from 'vitest'
import { renderPage } from '../../../cli/sync/page.ts'
import { interruption } from '../../../cli/terminal/interrupted.ts'
import type { PairReport } from '../../../mirror/documents.ts'
import { startTally } from '../../../mirror/report/report.ts'

const run = { name: 'sync-1', dryRun: false }
const done: PairReport = {
  ...{ image: 'quay.io/team/done:1', target: 'one', repository: 'mirror/team/done' },
  ...{ outcome: 'synced', tags: [], bytes: 2_000_000, seconds: 1 },
}
const { name, message } = interruption()
const stopped: PairReport = {
  ...done,
  ...{ image: 'quay.io/team/stopped:1', outcome: 'failed', bytes: 82_000_000 },
  error: { name, message },
}

function pageOf(...pairs: readonly PairReport[]): string {
  const tally = startTally(run)
  tally.add(pairs)
  return renderPage({ run: run.name, counts: tally.counts(), pairs: [...pairs] }, run, {
    list: 'mirror.yaml',
    dryRun: false,
  })
}

test('shows interrupted pairs as such, with the bytes that they moved', () => {
  const page = pageOf(done, stopped)
  expect(page).toContain('<span class="interrupted">interrupted <b>1</b></span>')
  expect(page).toContain('<rect class="interrupted"')
  expect(page).toContain('<td class="interrupted">interrupted<small>82.0 MB, 1.0 s</small>')
  expect(page).toContain('<dt>Moved</dt><dd>84.0 MB</dd>')
  expect(page).not.toMatch(/class="failed"|Rerun all failed pairs/)
})

test('tells failed pairs from interrupted ones', () => {
  const error = { name: 'AccessDenied', message: 'no' }
  const page = pageOf({ ...stopped, target: 'two', error }, stopped)
  for (const word of ['failed', 'interrupted'])
    expect(page).toContain(`<span class="${word}">${word} <b>1</b></span>`)
})

test('names no interruption in a run without one', () => {
  expect(pageOf(done)).not.toContain('class="interrupted"')
})
