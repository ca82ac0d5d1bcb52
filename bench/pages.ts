// `node bench/pages.ts`: size and speed of the pages in Chromium. A page is interactive when it has drawn its answer to
// the first key, counted from the start of its navigation. Prints seconds of the clock and of the processor: on a busy
// machine, only the latter say something about the page.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { statusPage } from '../mirror/status/page.ts'
import { type Size, samplePairs, sampleStatus } from '../test/mirror/page/samples.ts'
import { pageOf } from '../test/mirror/report/page/pages.ts'
import { type Browser, type Page, startBrowser } from '../test/support/browser/chromium.ts'

const SIZES: readonly Size[] = [
  { images: 5, targets: 3 },
  { images: 1_000, targets: 3, failedOfEach: 50 },
  { images: 1_000, targets: 10, failedOfEach: 50 },
]
const REPEAT = 5
const LETTERS = ['r', 'e', 'd', 'i', 's'] as const

interface Spent {
  readonly clock: number
  readonly processor: number
}

interface Measured {
  readonly interactive: Spent
  /** For each letter typed into the search. */
  readonly letter: Spent
}

async function measure(browser: Browser, url: string): Promise<Measured> {
  const session = await browser.target().createCDPSession()
  async function now(): Promise<Spent> {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const renderers = processInfo.filter(({ type }) => type === 'renderer')
    return {
      clock: performance.now() / 1_000,
      processor: renderers.reduce((sum, { cpuTime }) => sum + cpuTime, 0),
    }
  }
  const page = await browser.newPage()
  await page.setViewport({ width: 1280, height: 800 })
  const start = await now()
  await page.goto(url, { waitUntil: 'domcontentloaded' })
  await page.keyboard.press('/')
  await drawn(page)
  const interactive = await now()
  for (const letter of LETTERS) {
    await page.keyboard.press(letter)
    await drawn(page)
  }
  const end = await now()
  await page.close()
  await session.detach()
  return {
    interactive: between(start, interactive),
    letter: between(interactive, end, LETTERS.length),
  }
}

/** Resolves when the page has drawn what it has been asked for. */
function drawn(page: Page): Promise<void> {
  return page.evaluate(
    () => new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve()))),
  )
}

function between(start: Spent, end: Spent, times = 1): Spent {
  return {
    clock: (end.clock - start.clock) / times,
    processor: (end.processor - start.processor) / times,
  }
}

function median(all: readonly Spent[]): string {
  const [clock, processor] = (['clock', 'processor'] as const).map(
    (name) => all.map((spent) => spent[name]).toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0,
  )
  return `${(clock ?? 0).toFixed(2)} s, ${(processor ?? 0).toFixed(2)} s of processor`
}

const folder = await mkdtemp(join(tmpdir(), 'pages-'))
const browser = await startBrowser()
try {
  console.log('| page | size | interactive | a letter in the search |\n| --- | --- | --- | --- |')
  for (const size of SIZES) {
    const pages = { report: pageOf(samplePairs(size)), status: statusPage(sampleStatus(size)) }
    for (const [name, html] of Object.entries(pages)) {
      const path = join(folder, `${name}.html`)
      await writeFile(path, html)
      const all: Measured[] = []
      for (let count = 0; count < REPEAT; count++) all.push(await measure(browser, pathToFileURL(path).href))
      const cells = [
        `${name}, ${size.images} × ${size.targets}`,
        `${Math.round(Buffer.byteLength(html) / 1_000)} kB`,
        median(all.map(({ interactive }) => interactive)),
        median(all.map(({ letter }) => letter)),
      ]
      console.log(`| ${cells.join(' | ')} |`)
    }
  }
} finally {
  await browser.close()
  await rm(folder, { recursive: true, force: true })
}
