// The page of a report: complete, safe with hostile texts, accessible, and bounded.
import { createHash } from 'node:crypto'
import axe from 'axe-core'
import { JSDOM, VirtualConsole } from 'jsdom'
import { expect, test } from 'vitest'
import type { PairReport } from '../../../../mirror/documents.ts'
import { pair } from '../reports.ts'
import { DIGEST, OLD, pageOf } from './pages.ts'

const times = {
  ordered: '2026-11-30T01:00:00.000Z',
  queued: '2026-11-30T01:00:10.000Z',
  copying: '2026-11-30T01:00:20.000Z',
  ended: '2026-11-30T01:00:50.000Z',
}
const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(1)>"'--></style><b>`

const PAIRS = [
  pair({ error: { name: 'AccessDenied', message: 'not for you', log: 'https://log' }, times }),
  pair({
    outcome: 'synced',
    target: 'eu-west-1',
    tags: [{ tag: '7.4', digest: DIGEST, was: OLD }],
    bytes: 9e6,
    seconds: 30,
    times,
  }),
  pair({ image: 'quay.io/a/b', outcome: 'deferred', warnings: ['odd'] }),
  pair({ image: 'quay.io/a/b', outcome: 'inSync', target: 'eu-west-1', tags: [{ digest: DIGEST }] }),
]

test('says first what failed, and how to run it again', () => {
  const { document } = new JSDOM(pageOf(PAIRS)).window
  expect(document.querySelector('h1')?.textContent).toBe('1 of 4 pairs failed')
  expect(document.querySelector('header pre')?.textContent).toContain(
    `--input '{"only":[{"image":"docker.io/library/redis:7.4","target":"us-east-1"}]}'`,
  )
  expect([...document.querySelectorAll('h2')].map(({ textContent }) => textContent)).toEqual([
    'Rerun all failed pairs',
    'Failed: 1 pair',
    'Images',
    'Deferred: 1 pair',
    'Timeline',
    'Where bytes and seconds went',
  ])
  expect(document.querySelector('.facts a')?.getAttribute('href')).toContain(
    'executions/details/arn:aws:states',
  )
})

test('says that nothing failed', () => {
  const { document } = new JSDOM(pageOf([pair({ outcome: 'inSync' })])).window
  expect(document.querySelector('h1')?.textContent).toBe('No failures')
  expect(document.querySelector('pre')).toBeNull()
  expect(new JSDOM(pageOf([pair({ outcome: 'deferred' })])).window.document.title).toContain('no failures')
  expect(pageOf([])).toContain('The run had no images.')
})

test('allows its own style and script by their hashes, and nothing else', () => {
  const { document } = new JSDOM(pageOf(PAIRS)).window
  const hash = (text = '') => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toBe(
    [
      "default-src 'none'",
      `style-src ${hash(document.querySelector('style')?.textContent ?? '')}`,
      `script-src ${hash(document.querySelector('script')?.textContent ?? '')}`,
      "base-uri 'none'",
      "form-action 'none'",
    ].join('; '),
  )
  // The policy forbids what is inline.
  expect(document.querySelectorAll('[style],[onclick],[src],link,iframe,object')).toHaveLength(0)
})

test('shows hostile texts as text, wherever they come from', () => {
  const hostile = pair({
    image: HOSTILE,
    repository: HOSTILE,
    target: HOSTILE,
    tags: [{ tag: HOSTILE, digest: HOSTILE, was: HOSTILE }],
    failedTags: [{ tag: HOSTILE, name: HOSTILE, message: HOSTILE }],
    warnings: [HOSTILE],
    error: { name: HOSTILE, message: HOSTILE, log: HOSTILE },
    times,
    bytes: 1,
    seconds: 1,
  })
  const page = pageOf([hostile, { ...hostile, outcome: 'deferred' }], {
    run: { name: HOSTILE, dryRun: false } as never,
  })
  const { document } = new JSDOM(page).window
  expect(document.querySelectorAll('script')).toHaveLength(1)
  expect(document.querySelectorAll('style')).toHaveLength(1)
  expect(document.querySelectorAll('img,[onerror]')).toHaveLength(0)
  expect(document.querySelector('.image')?.textContent).toBe(HOSTILE)
  expect(page.split('<script>')).toHaveLength(2)
})

test('has no secrets of error messages, logs and warnings', () => {
  const secret = 'https://user:hunter2@host/blob?X-Amz-Signature=hunter2'
  const error = { name: 'X', message: secret, log: secret }
  const page = pageOf([pair({ error, warnings: [secret], failedTags: [{ name: 'X', message: secret }] })])
  expect(page).not.toContain('hunter2')
  expect(page).toContain('X-Amz-Signature=[redacted]')
})

test('has no violations of accessibility rules', async () => {
  const { window } = new JSDOM(pageOf(PAIRS), {
    runScripts: 'dangerously',
    virtualConsole: new VirtualConsole(),
  })
  window.eval(axe.source)
  const { axe: inside } = window as unknown as { axe: typeof axe }
  // Colours need a browser.
  const { violations, passes } = await inside.run(window.document, {
    rules: { 'color-contrast': { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  expect(passes.length).toBeGreaterThan(20)
})

function* many(images: number, targets: number, part: Partial<PairReport>): Generator<PairReport> {
  for (let image = 0; image < images; image++) {
    const tags = ['1', '1.2', '1.2.3'].map((tag) => ({ tag, digest: DIGEST }))
    for (let target = 0; target < targets; target++)
      yield pair({
        image: `registry.example.com/team/app-${image}:1`,
        target: `region-${target}`,
        tags,
        ...part,
      })
  }
}

test('is under 1 MB for 1,000 images in 3 targets', () => {
  expect(
    Buffer.byteLength(pageOf(many(1_000, 3, { outcome: 'synced', bytes: 1e6, seconds: 9 }))),
  ).toBeLessThan(1e6)
})

test.each(['failed', 'inSync'] as const)(
  'is cut for 10,000 images in 30 targets that are %s, and says so',
  (outcome) => {
    const page = pageOf(many(10_000, 30, { outcome, error: { name: 'X', message: 'm'.repeat(900) } }))
    expect(Buffer.byteLength(page)).toBeLessThan(8e6)
    expect(page).toMatch(/Shows [\d,]+ of 10,000 images/)
    expect(page).toContain('<a href="#everything">report.json</a>')
    expect(page.match(/id="everything"/g)).toHaveLength(1)
    expect(page).toContain('/s3/object/work?region=us-east-1&amp;prefix=runs/run-1/report.json')
    expect(page).toContain('s3://work/runs/run-1/report.json')
  },
)
