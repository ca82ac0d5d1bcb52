// The pages in a browser, for every kind of reader: no errors, no requests, no accessibility violations, no lost text.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PairReport } from '../../../mirror/documents.ts'
import { statusPage } from '../../../mirror/status/page.ts'
import { violationsOn } from '../../support/browser/axe.ts'
import { type Browser, type Page, startBrowser } from '../../support/browser/chromium.ts'
import { type Look, openFile, PHONE } from '../../support/browser/tab.ts'
import { pageOf } from '../report/page/pages.ts'
import { after } from '../status/places.ts'
import { samplePairs, sampleStatus } from './samples.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

const small = { images: 3, targets: 3 }
const long = { images: 1_000, targets: 3, failedOfEach: 50 }
const PAGES: readonly (readonly [name: string, html: string])[] = [
  ['a report of 3 images', pageOf(samplePairs(small))],
  ['a report of 1,000 images', pageOf(samplePairs(long))],
  ['a report without failures', pageOf(samplePairs({ ...small, failedOfEach: 0 }))],
  ['the status of 3 images', statusPage(sampleStatus(small))],
  ['the status of 1,000 images', statusPage(sampleStatus(long))],
]
const LOOKS: readonly (readonly [name: string, look: Look])[] = [
  ['light', {}],
  ['dark', { dark: true }],
  ['on a phone', PHONE],
  ['dark on a phone', { ...PHONE, dark: true }],
  ['in forced colours', { forcedColors: true }],
  ['printed', { media: 'print' }],
  ['without scripts', { scripts: false }],
]
const CASES = PAGES.flatMap(([name, html]) => LOOKS.map(([how, look]) => ({ name, how, html, look })))

test.each(CASES)('$name, $how: has no faults, requests nothing, and fits the width', async (one) => {
  const tab = await openFile(browser, one.html, one.look)
  expect(tab.faults).toEqual([])
  expect(await overflowOf(tab.page)).toBeLessThanOrEqual(0)
  await tab.close()
})

/** The pixels that the page is wider than the screen. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
}

const RULED = CASES.filter(({ look }) => look.scripts !== false)

test.each(RULED)('$name, $how: has no violations of accessibility rules', async ({ html, look }) => {
  const tab = await openFile(browser, html, look)
  expect(await violationsOn(tab.page)).toEqual([])
  await tab.close()
})

const HOSTILE = `<script>alert(1)</script><img src=x onerror=alert(1)>"'--></style><svg onload=alert(1)>\u202e`

test('shows hostile texts as text, and runs none of them', async () => {
  const hostile: PairReport = {
    image: HOSTILE,
    repository: HOSTILE,
    target: HOSTILE,
    outcome: 'failed',
    bytes: 1,
    seconds: 1,
    tags: [{ tag: HOSTILE, digest: HOSTILE, was: HOSTILE }],
    failedTags: [{ tag: HOSTILE, name: HOSTILE, message: HOSTILE }],
    warnings: [HOSTILE],
    error: { name: HOSTILE, message: HOSTILE, log: `javascript:alert(1)//${HOSTILE}` },
  }
  const status = after(undefined, [hostile]).status
  for (const html of [
    pageOf([hostile]),
    statusPage({ ...status, mirror: HOSTILE }, { pairs: [], done: 0 }),
  ]) {
    const { page, faults, close } = await openFile(browser, html)
    const [image, hosted] = await page.evaluate(() => [
      document.querySelector('.image')?.textContent,
      document.querySelectorAll('body script').length +
        document.querySelectorAll('img,[onload],a[href^=javascript]').length,
    ])
    expect([image, hosted]).toEqual([HOSTILE.replace('\u202e', '\ufffd'), 1])
    expect(faults).toEqual([])
    await close()
  }
})

const TIME = '2026-11-30T01:00:00Z'
const LONG = {
  digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
  url: `https://registry.example.com/${'a'.repeat(300)}?digest=sha256%3A${'f'.repeat(64)}`,
  'name of a host': `${'registry'.repeat(20)}.example.com`,
  word: 'w'.repeat(500),
} as const

test.each(Object.entries(LONG))(
  'a long %s anywhere in a report leaves the page as wide as the screen',
  async (_, word) => {
    const error = { name: word, message: word, log: `https://example.com/${word}` }
    const hostile: PairReport = {
      image: word,
      repository: word,
      target: word,
      outcome: 'failed',
      bytes: 1,
      seconds: 1,
      times: { ordered: TIME, queued: TIME, copying: TIME, ended: TIME },
      tags: [{ tag: word, digest: word, was: word }],
      failedTags: [
        { tag: word, name: word, message: `${word}1` },
        { digest: word, name: word, message: `${word}2` },
      ],
      warnings: [word],
      error,
    }
    const run = { name: word, dryRun: false }
    const report = pageOf([hostile, { ...hostile, outcome: 'deferred', target: `${word}b` }], {
      run,
      notices: [word],
    })
    const { status } = after(undefined, [hostile])
    for (const html of [report, statusPage({ ...status, mirror: word }, { pairs: [], done: 0 })]) {
      for (const look of [PHONE, { ...PHONE, width: 320 }, {}]) {
        const { page, close } = await openFile(browser, html, look)
        await page.$$eval('details', (all) => all.map((one) => one.setAttribute('open', '')))
        expect(await overflowOf(page)).toBeLessThanOrEqual(0)
        await close()
      }
    }
  },
)

test('names the target in each cell on a phone, and uses colours of the system where it forces them', async () => {
  const html = pageOf(samplePairs(small))
  const phone = await openFile(browser, html, PHONE)
  const names = await phone.page.$$eval('#rows tr:first-child td', (cells) =>
    cells.map(({ dataset }) => dataset.t),
  )
  expect(names).toEqual(['us-east-1', 'eu-west-1', 'ap-southeast-2'])
  await phone.close()
  const colours: unknown[] = []
  for (const look of [{}, { dark: true }, { forcedColors: true }, { media: 'print' } as const]) {
    const tab = await openFile(browser, html, look)
    colours.push(await tab.page.$eval('.reason', (reason) => getComputedStyle(reason).backgroundColor))
    await tab.close()
  }
  const white = 'rgb(255, 255, 255)'
  expect(colours).toEqual(['rgb(253, 238, 236)', 'rgb(51, 27, 27)', white, white])
})

test('prints everything, without what only a screen can do', async () => {
  const { page, close } = await openFile(browser, pageOf(samplePairs(long)), { media: 'print' })
  const visible = (select: string) =>
    page.$$eval(select, (found) => found.filter((one) => one.checkVisibility()).length)
  expect(await visible('form,button,nav')).toBe(0)
  expect(await visible('#rows tr')).toBe(1_000)
  expect(await page.$eval('.tall', (table) => table.scrollHeight - table.clientHeight)).toBe(0)
  await close()
})
