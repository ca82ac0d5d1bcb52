/** Takes pictures of pages for the docs. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from '../support/browser/chromium.ts'
import { type Look, openTab } from '../support/browser/tab.ts'

export interface Camera {
  /**
   * @param page - the path of a file, or an address
   * @param prepare - changes the page before the picture is taken
   */
  shoot(name: string, page: string, look?: Look, prepare?: (page: Page) => Promise<unknown>): Promise<void>
}

/** The size at which the docs show pictures. */
const SCREEN = { width: 1100, height: 900 }
const MAX_BYTES = 150_000

export function openCamera(browser: Browser, folder: string): Camera {
  return {
    async shoot(name, address, look = {}, prepare = async () => {}) {
      const url = address.includes('://') ? address : pathToFileURL(address).href
      const { page, faults, close } = await openTab(browser, url, { ...SCREEN, ...look })
      await prepare(page)
      const path = join(folder, `${name}.png`)
      await page.screenshot({ path: path as `${string}.png`, optimizeForSpeed: false })
      if (faults.length > 0) throw new Error(`${url} has faults: ${faults.join('; ')}`)
      await close()
      const { size } = await stat(path)
      if (size > MAX_BYTES) throw new Error(`${path} has ${size} bytes, more than ${MAX_BYTES}`)
      console.log(`${name}.png  ${Math.round(size / 1_000)} kB`)
    },
  }
}
