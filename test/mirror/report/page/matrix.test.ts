import { JSDOM } from 'jsdom'
import { expect, test } from 'vitest'
import type { PairReport } from '../../../../mirror/documents.ts'
import { startMatrix } from '../../../../mirror/report/page/matrix.ts'
import { pair } from '../reports.ts'
import { DIGEST, OLD } from './pages.ts'

function sectionOf(
  images: readonly (readonly PairReport[])[],
  entries: ReadonlyMap<PairReport, string> = new Map(),
) {
  const matrix = startMatrix()
  for (const pairs of images) matrix.add(pairs, entries)
  return matrix.section().markup
}

function tableOf(...given: Parameters<typeof sectionOf>): string[][] {
  const { document } = new JSDOM(sectionOf(...given)).window
  return [...document.querySelectorAll('tr')].map(({ cells }) =>
    [...cells].map(({ textContent }) => textContent ?? ''),
  )
}

const good = (part: Partial<PairReport>) => {
  const { error, ...rest } = pair({ outcome: 'inSync', ...part })
  return rest
}

test('shows the outcome of each pair, with images that have a problem first', () => {
  const failed = pair({ image: 'nginx', target: 'eu-west-1' })
  const images = [
    [
      good({ image: 'redis' }),
      good({ image: 'redis', target: 'eu-west-1', outcome: 'synced', bytes: 2e6, seconds: 3 }),
    ],
    [good({ image: 'nginx', warnings: ['odd'] }), failed],
    [good({ image: 'app', target: 'harbor' })],
  ]
  expect(tableOf(images, new Map([[failed, 'failed-1']]))).toEqual([
    ['Image', 'us-east-1', 'eu-west-1', 'harbor'],
    ['nginx1 warningodd', 'in sync1 warning', 'failed', 'not in this run'],
    ['redis', 'in sync', 'synced2.0 MB, 3.0 s', 'not in this run'],
    ['app', 'not in this run', 'not in this run', 'in sync'],
  ])
  expect(sectionOf(images, new Map([[failed, 'failed-1']]))).toContain(
    '<td class="failed"><a href="#failed-1">failed</a>',
  )
})

test('lists each tag once with its digest, those that moved first with the old one and their targets', () => {
  const moved = [
    { tag: '7', digest: DIGEST },
    { tag: '7.4', digest: DIGEST, was: OLD },
  ]
  const same = [
    { tag: '7', digest: DIGEST },
    { tag: '7.4', digest: DIGEST },
  ]
  const pairs = [good({ tags: moved }), good({ tags: same, target: 'eu-west-1' })]
  const { document } = new JSDOM(sectionOf([pairs])).window
  expect(document.querySelector('summary')?.textContent).toBe('3 tags, 1 moved')
  expect([...document.querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual([
    `7.4 ${OLD} → ${DIGEST} us-east-1`,
    `7 ${DIGEST}`,
    `7.4 ${DIGEST} eu-west-1`,
  ])
})

test('shows what the only tag of an image has moved from and to, in short', () => {
  const document = new JSDOM(sectionOf([[good({ tags: [{ tag: '7', digest: DIGEST, was: OLD }] })]])).window
    .document
  expect(document.querySelector('summary')?.textContent).toBe('1 tag moved bbbbbbbbbbbb → aaaaaaaaaaaa')
})

test('lists the digest of an image without a tag', () => {
  expect(tableOf([[good({ image: 'a', tags: [{ digest: DIGEST }] })]])[1]?.[0]).toBe(
    `a1 digest aaaaaaaaaaaa${DIGEST}`,
  )
})

test('limits the tags of an image', () => {
  const tags = Array.from({ length: 100 }, (_, index) => ({ tag: `1.${index}`, digest: DIGEST }))
  const section = sectionOf([[good({ tags })]])
  expect(section.match(/<li>/g)).toHaveLength(31)
  expect(section).toContain('and 70 more tags')
})

test('shows 1,000 images in 10 targets whole', () => {
  const targets = Array.from({ length: 10 }, (_, index) => `target-${index}`)
  const images = Array.from({ length: 1_000 }, (_, index) =>
    targets.map((target) => good({ image: `app-${index}`, target })),
  )
  const section = sectionOf(images)
  expect(section.match(/<td/g)).toHaveLength(10_000)
  expect(section).not.toContain('class="cut"')
})

test('keeps images with problems when those in sync do not fit', () => {
  const targets = Array.from({ length: 30 }, (_, index) => `target-${index}`)
  const images = Array.from({ length: 2_000 }, (_, index) =>
    targets.map((target) =>
      index === 1_999 ? pair({ image: 'last', target }) : good({ image: `app-${index}`, target }),
    ),
  )
  const section = sectionOf(images)
  expect(section).toContain('>last<')
  expect(section).toContain('Shows 667 of 2,000 images, those with problems first.')
  expect(section.length).toBeLessThan(2_000_000)
})

test('limits the targets, and says so', () => {
  const pairs = Array.from({ length: 70 }, (_, index) => good({ target: `target-${index}` }))
  const section = sectionOf([pairs])
  expect(section.match(/<td/g)).toHaveLength(60)
  expect(section).toContain('Leaves out 10 pairs of targets after the first 60.')
})

test('says that a run had no images', () => {
  expect(sectionOf([])).toContain('The run had no images.')
})
