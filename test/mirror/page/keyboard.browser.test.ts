// The pages by keyboard: every control can be reached and used, and the focus is visible.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusPage } from '../../../mirror/status/page.ts'
import { type Browser, type Page, startBrowser } from '../../support/browser/chromium.ts'
import { openFile } from '../../support/browser/tab.ts'
import { pageOf } from '../report/page/pages.ts'
import { samplePairs, sampleStatus } from './samples.ts'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

const REPORT = pageOf(samplePairs({ images: 60, targets: 3, failedOfEach: 20 }))
const STATUS = statusPage(sampleStatus({ images: 6, targets: 3, failedOfEach: 3 }))

/** The name of the focused element, and whether its focus is visible. */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    const { top, bottom } = element.getBoundingClientRect()
    return {
      name: element.id || element.getAttribute('value') || element.className || element.tagName.toLowerCase(),
      isBody: element === document.body,
      isVisible:
        outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && bottom > 0 && top < innerHeight,
    }
  })
}

/** Presses Tab through the whole page. */
async function walk(page: Page) {
  const stops = []
  for (let count = 0; count < 300; count++) {
    await page.keyboard.press('Tab')
    const stop = await focused(page)
    if (stop.isBody) break
    stops.push(stop)
  }
  return stops
}

const shownRows = (page: Page) =>
  page.evaluate(
    () => [...document.querySelectorAll('#rows tr')].filter((row) => row.checkVisibility()).length,
  )

test.each([
  ['the report', REPORT],
  ['the status', STATUS],
])('Tab reaches every control of %s, in order and visibly', async (_, html) => {
  const { page, close } = await openFile(browser, html)
  const all = await page.evaluate(
    () =>
      [...document.querySelectorAll('a[href],button,input,summary,[tabindex="0"]')].filter((one) =>
        one.checkVisibility(),
      ).length,
  )
  const stops = await walk(page)
  expect(stops.filter(({ isVisible }) => !isVisible)).toEqual([])
  expect(stops).toHaveLength(all)
  const names = stops.map(({ name }) => name)
  expect(names.indexOf('search')).toBeLessThan(names.indexOf('failed'))
  expect(names.indexOf('failed')).toBeLessThan(names.indexOf('summary'))
  await close()
})

test('a slash goes to the search, typing filters, and Escape shows everything', async () => {
  const { page, faults, close } = await openFile(browser, REPORT)
  await page.keyboard.press('/')
  expect((await focused(page)).name).toBe('search')
  await page.keyboard.type('redis 1.0.0')
  expect(await shownRows(page)).toBe(1)
  expect(await page.$eval('#found', ({ textContent }) => textContent)).toBe('1 of 60 images')
  await page.keyboard.press('Escape')
  expect(await shownRows(page)).toBe(60)
  expect(faults).toEqual([])
  await close()
})

test('Space toggles a filter, and Enter opens the tags of an image', async () => {
  const { page, close } = await openFile(browser, REPORT)
  await page.focus('input[value=failed]')
  await page.keyboard.press('Space')
  expect(await shownRows(page)).toBe(3)
  await page.keyboard.press('Escape')
  await page.focus('#rows summary')
  await page.keyboard.press('Enter')
  expect(await page.$eval('#rows details', (one) => one.hasAttribute('open'))).toBe(true)
  await close()
})

test('Enter copies the command beside the button', async () => {
  const { page, close } = await openFile(browser, REPORT)
  await page.evaluate(() => {
    const copied: string[] = []
    Object.assign(globalThis, { copied })
    navigator.clipboard.writeText = async (text) => void copied.push(text)
  })
  await page.focus('header button.copy')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('header button.copy')?.textContent === 'Copied')
  const [copied, command] = await page.evaluate(() => [
    (globalThis as unknown as { copied: string[] }).copied,
    document.querySelector('header pre')?.textContent,
  ])
  expect(copied).toEqual([command])
  expect(command).toContain('aws stepfunctions start-execution')
  await close()
})

test('arrow keys scroll a long table below its head', async () => {
  const { page, close } = await openFile(browser, REPORT)
  await page.focus('.tall')
  for (let count = 0; count < 5; count++) await page.keyboard.press('PageDown')
  await page.waitForFunction(() => (document.querySelector('.tall')?.scrollTop ?? 0) > 200)
  const [head, table] = await page.evaluate(() =>
    ['.matrix thead th', '.tall'].map(
      (select) => document.querySelector(select)?.getBoundingClientRect().top ?? -1,
    ),
  )
  expect(Math.abs((head ?? 0) - (table ?? 0))).toBeLessThan(3)
  await close()
})

test('a link to a failure that the filter hides shows it', async () => {
  const { page, close } = await openFile(browser, REPORT)
  await page.focus('input[value=inSync]')
  await page.keyboard.press('Space')
  const isShown = () => page.$eval('#failed-1', (entry) => entry.checkVisibility())
  expect(await isShown()).toBe(false)
  await page.evaluate(() => location.assign('#failed-1'))
  await page.waitForFunction(() => document.getElementById('failed-1')?.checkVisibility())
  expect(await shownRows(page)).toBe(60)
  await close()
})
