/** The table of images and targets, of reports and of the status. */
import { breakable, type Html, html, ours } from './html.ts'

export interface MatrixTable {
  readonly label: string
  readonly columns: readonly string[]
  readonly rows: readonly Html[]
}

/** More rows scroll by themselves, below the names of the targets, and are laid out when they come into sight. */
const MAX_ROWS = 30

export function matrixTable({ label, columns, rows }: MatrixTable): Html {
  const head = columns.map((target) => html`<th scope="col">${breakable(target)}</th>`)
  const tall = rows.length > MAX_ROWS ? ' tall' : ''
  return html`
<div class="wide${ours(tall)}" role="region" aria-label="${label}" tabindex="0"><table class="matrix"><thead><tr><th scope="col">Image</th>${head}</tr></thead><tbody id="rows">
${rows}</tbody></table></div><p id="none" hidden>No image matches.</p>`
}
