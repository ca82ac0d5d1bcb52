/** Headless Chromium for tests, which must be installed: nothing is downloaded. */
import { existsSync } from 'node:fs'
import { launch } from 'puppeteer-core'

export type { Browser, Page } from 'puppeteer-core'

const { CHROMIUM = '/usr/bin/chromium' } = process.env

export async function startBrowser() {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `Chromium not found at ${CHROMIUM}: install it with "apt-get install chromium", or set CHROMIUM to its path`,
    )
  }
  return await launch({
    executablePath: CHROMIUM,
    // CI runs as root, which Chromium's sandbox refuses. The pages are our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    protocolTimeout: 600_000,
  })
}
