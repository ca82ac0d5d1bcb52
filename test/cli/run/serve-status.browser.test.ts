// The status page while a run goes on, in a browser: it updates itself, and leaves alone what one reads and types.
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type StatusServer, serveStatus } from '../../../cli/run/serve-status.ts'
import type { PairState, Progress } from '../../../local/stepfunctions/progress.ts'
import type { Status } from '../../../mirror/status/schema.ts'
import { sampleStatus } from '../../mirror/page/samples.ts'
import { violationsOn } from '../../support/browser/axe.ts'
import { type Browser, startBrowser } from '../../support/browser/chromium.ts'
import { openTab, PHONE } from '../../support/browser/tab.ts'

const SIZE = { images: 6, targets: 3, failedOfEach: 4 }
const KNOWN = sampleStatus(SIZE)
const WELL = sampleStatus({ ...SIZE, failedOfEach: 0 })

let browser: Browser
let status: Status | undefined
let server: StatusServer
beforeAll(async () => {
  browser = await startBrowser()
})
beforeEach(async () => {
  status = KNOWN
  server = await serveStatus({
    readStatus: async () => (status === undefined ? undefined : JSON.stringify(status)),
    mirror: { mirror: 'ImageMirror', account: '123456789012', region: 'us-east-1' },
  })
})
afterEach(() => server.close())
afterAll(() => browser.close())

/** The first pairs are in sync, and the next ones in this state. */
function progress(done: number, state: PairState = 'syncing') {
  const pairs = KNOWN.images.flatMap(({ image, places }) => places.map(({ target }) => ({ image, target })))
  server.update({
    pairs: () => pairs.map((pair, index) => ({ id: '1', ...pair, state: index < done ? 'inSync' : state })),
  } as unknown as Progress)
}

async function open(look = {}) {
  const tab = await openTab(browser, server.url, look)
  const { page } = tab
  return {
    ...tab,
    shows: (text: string) =>
      page.waitForFunction((words) => document.body.innerText.includes(words), {}, text),
  }
}

test.each([
  ['light', {}],
  ['dark', { dark: true }],
  ['on a phone', PHONE],
])('has no faults and no violations during a run, %s', async (_, look) => {
  progress(4)
  const tab = await open(look)
  await tab.shows('4 of 18 pairs done')
  progress(5)
  await tab.shows('5 of 18 pairs done')
  expect(await violationsOn(tab.page)).toEqual([])
  const tooWide = () => document.documentElement.scrollWidth > document.documentElement.clientWidth
  expect(await tab.page.evaluate(tooWide)).toBe(false)
  expect(tab.faults).toEqual([])
  await tab.close()
})

test('keeps what is open, typed, chosen and focused while it updates', async () => {
  progress(1)
  const { page, faults, shows, close } = await open()
  progress(2)
  await shows('2 of 18 pairs done')
  await page.click('input[value=inSync]')
  await page.type('#search', 'application')
  await page.evaluate(() => {
    const details = [...document.querySelectorAll('#rows details')].at(-1)
    details?.setAttribute('open', '')
    details?.querySelector('summary')?.focus()
  })
  progress(18)
  await shows('18 of 18 pairs done')
  expect(
    await page.evaluate(() => ({
      open: [...document.querySelectorAll('#rows details')].map((one) => one.hasAttribute('open')),
      focused: document.activeElement === [...document.querySelectorAll('#rows summary')].at(-1),
      typed: document.querySelector<HTMLInputElement>('#search')?.value,
      chosen: document.querySelector<HTMLInputElement>('input[value=inSync]')?.checked,
    })),
  ).toEqual({ open: [false, false, false, false, true], focused: true, typed: 'application', chosen: true })
  expect(faults).toEqual([])
  await close()
})

test('shows the first run from nothing to its end, also in the title', async () => {
  status = undefined
  const { page, faults, shows, close } = await open()
  await shows('No run has reported yet.')
  progress(3)
  await shows('3 of 18 pairs done')
  server.end()
  status = KNOWN
  await shows('6 of 18 pairs are not in sync')
  expect(await page.title()).toBe('6 not in sync: ImageMirror')
  status = WELL
  await shows('All 18 pairs are in sync')
  expect(await page.$('#problems')).toBeNull()
  expect(faults).toEqual([])
  await close()
})

test('says so when the server has ended', async () => {
  const { page, close } = await open()
  await server.close()
  await page.waitForFunction(() =>
    /^Not updated since [\d:]{8} UTC/.test(document.getElementById('offline')?.innerText ?? ''),
  )
  await close()
})
