/** Opens a page with a reader's screen and preferences, and records what pages must not do, such as errors and requests. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from './chromium.ts'

/** The screen, and the preferences of its user. */
export interface Look {
  readonly width?: number
  readonly height?: number
  readonly dark?: boolean
  readonly forcedColors?: boolean
  readonly media?: 'screen' | 'print'
  /** @default true */
  readonly scripts?: boolean
}

export interface Tab {
  readonly page: Page
  /** Errors, messages on the console, dialogs, violations of the page's policy, and requests other than for the page. */
  readonly faults: readonly string[]
  close(): Promise<void>
}

/** A phone's screen, and a laptop's. */
export const PHONE = { width: 390, height: 844 } as const
const LAPTOP = { width: 1280, height: 800 } as const

/** Opens a page by its address. */
export async function openTab(browser: Browser, url: string, look: Look = {}): Promise<Tab> {
  const page = await browser.newPage()
  // The time limits of tests apply.
  page.setDefaultTimeout(0)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${String(error)}`))
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => faults.push(`${message.type()}: ${message.text()}`))
  await page.evaluateOnNewDocument(() => {
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      console.error(`violates ${violatedDirective}: ${blockedURI}`),
    )
  })
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const isOwn = request.url().replace(/#.*/, '') === url
    if (!isOwn) faults.push(`request: ${request.url()}`)
    void (isOwn ? request.continue() : request.abort())
  })
  await page.setJavaScriptEnabled(look.scripts ?? true)
  await page.setViewport({ width: look.width ?? LAPTOP.width, height: look.height ?? LAPTOP.height })
  const session = await page.createCDPSession()
  // Puppeteer cannot emulate forced colours, and each of its emulation calls resets the others.
  await session.send('Emulation.setEmulatedMedia', {
    media: look.media ?? 'screen',
    features: [
      { name: 'prefers-color-scheme', value: look.dark ? 'dark' : 'light' },
      { name: 'forced-colors', value: look.forcedColors ? 'active' : 'none' },
    ],
  })
  await page.goto(url)
  return { page, faults, close: () => page.close() }
}

/** Opens a page from a file, as people open a report that they have downloaded. */
export async function openFile(browser: Browser, html: string, look: Look = {}): Promise<Tab> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'))
  const path = join(folder, 'page.html')
  await writeFile(path, html)
  const tab = await openTab(browser, pathToFileURL(path).href, look)
  return {
    ...tab,
    async close() {
      await tab.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
