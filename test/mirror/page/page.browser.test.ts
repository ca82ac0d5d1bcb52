// The pages in a browser, as all readers see them: without errors, requests, violations of rules, or lost text.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusPage } from '../../../mirror/status/page.ts'
import { violationsOn } from '../../support/browser/axe.ts'
import { type Browser, type Page, startBrowser } from '../../support/browser/chromium.ts'
import { type Look, openFile, PHONE } from '../../support/browser/tab.ts'
import { pageOf } from '../report/page/pages.ts'
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
  ['a report without failures', pageOf(samplePairs({ ...small, failedOfEach: Number.POSITIVE_INFINITY }))],
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
