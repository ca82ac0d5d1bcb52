// The report of a run on this machine.
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import { renderLocalPage } from '../../../cli/run/page.ts'
import type { RunDocument } from '../../../local/run-document.ts'

function pair(image: string, message: string): RunDocument['pairs'][number] {
  const error = { name: 'AccessDenied', message, log: 'file:///state/logs/1.log' }
  const place = { target: 'us-east-1', repository: image }
  return { image, ...place, outcome: 'failed', tags: [], bytes: 0, seconds: 0, error }
}

const RUN: RunDocument = {
  run: 'local-1',
  regions: {},
  counts: { images: 2, pairs: 2, inSync: 0, synced: 0, deferred: 0, failed: 2 },
  pairs: [pair('redis:7', 'no'), pair('nginx:1', 'never')],
}
const REPORT = {
  dryRun: false,
  rerun: 'npm start -- --input .mirror/failed.json',
  file: '.mirror/runs/local-1.json',
  before: undefined,
  now: new Date('2026-11-30T12:00:00Z'),
}

test('has the command and the files of this machine, and nothing of AWS', () => {
  const text = renderLocalPage(RUN, REPORT)
  const { document } = new JSDOM(text).window
  expect([...document.querySelectorAll('pre')].map(({ textContent }) => textContent)).toEqual([REPORT.rerun])
  expect(document.querySelector('#everything')?.textContent).toBe(REPORT.file)
  expect(document.querySelectorAll('article')).toHaveLength(2)
  expect([...document.querySelectorAll('article a')].map((link) => link.getAttribute('href'))).toEqual(
    Array(2).fill('file:///state/logs/1.log'),
  )
  expect(text).not.toMatch(/aws stepfunctions|console\.aws/)
})

test('shows targets with other repository names in one row, and another entry of the list in a row of its own', () => {
  const [first] = RUN.pairs
  if (first === undefined) throw new Error('the run has no pair')
  const elsewhere = { ...first, target: 'harbor', repository: 'team/redis' }
  const pairs = [first, elsewhere, { ...first, repository: 'second' }]
  const { document } = new JSDOM(renderLocalPage({ ...RUN, pairs }, REPORT)).window
  expect(document.querySelectorAll('.matrix tbody tr')).toHaveLength(2)
})

test('says since when a pair fails', () => {
  const places = [
    {
      target: 'us-east-1',
      repository: 'redis:7',
      state: 'failed' as const,
      since: '2026-11-29T12:00:00.000Z',
    },
  ]
  const before = {
    mirror: 'ImageMirror',
    account: '123456789012',
    region: 'us-east-1',
    written: '2026-11-29T12:00:00.000Z',
    run: 'local-0',
    counts: { images: 1, inSync: 0, deferred: 0, failed: 1 },
    images: [{ image: 'redis:7', tags: {}, places }],
  }
  const { document } = new JSDOM(renderLocalPage(RUN, { ...REPORT, before })).window
  const [first] = document.querySelectorAll('article')
  expect(first?.textContent).toContain('Failing since')
  expect(first?.querySelector('time')?.getAttribute('datetime')).toBe('2026-11-29T12:00:00.000Z')
})
