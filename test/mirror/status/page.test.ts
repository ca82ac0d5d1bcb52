// The state of the mirror as a page.
import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import type { PairReport } from '../../../mirror/documents.ts'
import type { Live } from '../../../mirror/status/live.ts'
import { statusPage } from '../../../mirror/status/page.ts'
import type { Status } from '../../../mirror/status/schema.ts'
import { after, bad, DIGEST, good, OTHER } from './places.ts'

function pageOf(status: Status, live?: Live): Document {
  return new JSDOM(statusPage(status, live)).window.document
}

const down = after(
  after(undefined, [
    good({ outcome: 'synced' }),
    good({ target: 'eu-west-1' }),
    good({ image: 'quay.io/b/app' }),
  ]).status,
  [bad(), good({ target: 'eu-west-1' })],
  { hours: 30 },
).status

const texts = (document: Document, selector: string) =>
  [...document.querySelectorAll(selector)].map(({ textContent }) => textContent.trim())

test('says what is not in sync, since when, and when it was last good', () => {
  const page = pageOf(down)
  expect(texts(page, 'h1')).toEqual(['1 of 3 pairs is not in sync'])
  const [article] = texts(page, 'article')
  expect(texts(page, '.reason')).toEqual([
    'RegistryUnavailable 1 pairWhat to do: check the registry (docs/runbook.md#registryunavailable)',
  ])
  expect(article).toContain('no answer')
  expect(texts(page, 'article .meta li')).toEqual([
    'Failing since 2026-12-01 07:00 UTC',
    'Last good: 2026-11-30 01:00 UTC',
    'Last tried: 2026-12-01 07:00 UTC',
  ])
})

test('shows each image at each target with its state and age, problems first', () => {
  const page = pageOf(down)
  expect(texts(page, 'thead th')).toEqual(['Image', 'us-east-1', 'eu-west-1'])
  expect(texts(page, '#rows .image')).toEqual(['docker.io/library/redis:7.4', 'quay.io/b/app'])
  expect(texts(page, '#rows tr:first-child td')).toEqual([
    'failedlast good 2026-11-30 01:00 UTC',
    'in syncverified 2026-12-01 07:00 UTC',
  ])
  expect(texts(page, '#rows tr:last-child td')).toEqual([
    'in syncverified 2026-11-30 01:00 UTC',
    'not mirrored',
  ])
  expect([...page.querySelectorAll('time.ago')].every((time) => time.getAttribute('datetime'))).toBe(true)
})

test('lists the digest of each tag, and what targets hold instead', () => {
  const { status } = after(undefined, [
    good(),
    good({ target: 'eu-west-1', tags: [{ tag: '7.4', digest: OTHER }] }),
  ])
  expect(texts(pageOf(status), 'details li')).toEqual([`7.4 ${DIGEST}`, `eu-west-1: 7.4 ${OTHER}`])
})

test('escapes foreign text, and allows no script but its own', () => {
  const evil = '<img src=x onerror=alert(1)></script><script>alert(2)</script>'
  const error = { name: evil, message: `${evil} https://x/?X-Amz-Signature=abcdef` }
  const { status } = after(undefined, [bad({ image: evil, error, tags: [{ tag: evil, digest: DIGEST }] })])
  const page = pageOf({ ...status, mirror: evil })
  expect(page.querySelectorAll('img')).toHaveLength(0)
  expect(page.querySelectorAll('script')).toHaveLength(1)
  expect(statusPage(status)).not.toContain('abcdef')
  const policy = page.querySelector('meta[http-equiv]')?.getAttribute('content')
  expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri/)
})

test('shows the steps of a run in progress, also of images that no run has reported', () => {
  const pairs = [
    { image: 'docker.io/library/redis:7.4', target: 'us-east-1', step: 'syncing', done: false },
    { image: 'quay.io/new', target: 'us-east-1', step: 'in sync', done: true },
  ]
  const page = pageOf(down, { pairs, done: 1 })
  expect(texts(page, '[role=status]')).toEqual(['A run is in progress: 1 of 2 pairs done'])
  expect(texts(page, 'td .running')).toEqual(['syncing'])
  expect(texts(page, '#rows tr:last-child td')[0]).toBe('in syncin this run')
  expect(page.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain("connect-src 'self'")
  expect(statusPage(down)).not.toContain('setInterval')
})

test('is small and complete for 1,000 images in 3 targets', () => {
  const pairs = Array.from({ length: 1_000 }, (_, image) =>
    ['us-east-1', 'eu-west-1', 'ap-southeast-2'].map((target) =>
      good({ image: `quay.io/some-team/some-application-${image}:1.2.3`, target }),
    ),
  ).flat()
  const html = statusPage(after(undefined, pairs).status)
  expect(html.length).toBeLessThan(1_000_000)
  expect(html.match(/<tr data-o/g)).toHaveLength(1_000)
})

test('cuts a long list, those with problems last, and says so', () => {
  const pairs: PairReport[] = Array.from({ length: 30_000 }, (_, image) => good({ image: `i${image}` }))
  pairs.push(bad({ image: 'last' }))
  const page = pageOf(after(undefined, pairs).status)
  expect(texts(page, '#rows tr:first-child .image')).toEqual(['last'])
  expect(page.querySelectorAll('#rows tr').length).toBeLessThanOrEqual(20_000)
  expect(texts(page, '.cut')[0]).toMatch(/^Shows [\d,]+ of 30,001 images, those with problems first/)
})

test('shows the failures among many problems first, and links the rest', () => {
  const reset = (index: number) => ({ name: 'RateLimited', message: `resets at ${index}` })
  const waiting = Array.from({ length: 700 }, (_, index) =>
    bad({ image: `waiting-${index}`, outcome: 'deferred', error: reset(index) }),
  )
  const page = pageOf(after(undefined, [...waiting, bad({ image: 'broken' })]).status)
  const shown = texts(page, 'article h4')
  expect(shown).toHaveLength(500)
  expect(shown.slice(0, 2)).toEqual(['broken', 'waiting-0'])
  expect(texts(page, '.cut')[0]).toBe('Shows 500 of 701 problems. status.json has all of them.')
  expect(page.querySelector('.cut a')?.getAttribute('href')).toBe('status.json')
})
