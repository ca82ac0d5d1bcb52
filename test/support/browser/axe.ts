/** Checks the accessibility of a page in a browser, colours included. */
import axe from 'axe-core'
import type { Page } from './chromium.ts'

/** The rules take milliseconds for each element, and the rows of a long table are alike. */
const LATER_ROWS = '#rows tr:nth-child(n+40), article:nth-of-type(n+20)'

/** Returns the violations of WCAG and of best practices, each with the elements that violate it. */
export async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source)
  return await page.evaluate(async (later) => {
    const { axe: inside } = globalThis as unknown as { axe: typeof axe }
    for (const element of document.querySelectorAll(later)) element.remove()
    const { violations, passes } = await inside.run(document, { resultTypes: ['violations'] })
    if (passes.length < 20) return [`axe ran ${passes.length} checks only`]
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 5).map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    )
  }, LATER_ROWS)
}
