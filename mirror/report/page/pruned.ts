/** The page's notices, and its list of deleted tags and of those that will be. */

import { type Html, html, NOTHING } from '../../page/html.ts'
import { describePruned } from '../../prune/describe.ts'
import type { PrunedTag } from '../../prune/documents.ts'
import { countText } from '../../units.ts'

export interface Pruned {
  add(tag: PrunedTag): void
  section(): Html
}

const MAX_TAGS = 500
/** Notices of a long list of entries that end on the same day. */
const MAX_NOTICES = 100

export function startPruned(): Pruned {
  const shown: PrunedTag[] = []
  let total = 0
  return {
    add(tag) {
      total++
      if (shown.length < MAX_TAGS) shown.push(tag)
    },
    section: () => prunedSection(shown, total),
  }
}

export function noticesSection(notices: readonly string[]): Html {
  if (notices.length === 0) return NOTHING
  return html`<section aria-labelledby="notices"><h2 id="notices">Notices</h2><ul>${notices.slice(0, MAX_NOTICES).map((notice) => html`<li>${notice}</li>`)}</ul>${cutText(notices.length, MAX_NOTICES)}</section>
`
}

function prunedSection(shown: readonly PrunedTag[], total: number): Html {
  if (total === 0) return NOTHING
  return html`<section aria-labelledby="pruned"><h2 id="pruned">Pruned: ${countText(total)} unwanted ${total === 1 ? 'tag' : 'tags'}</h2><ul>${shown.map((tag) => html`<li>${describePruned(tag)}</li>`)}</ul>${cutText(total, shown.length)}</section>
`
}

function cutText(total: number, shown: number): Html {
  return total > shown
    ? html`<p class="cut">Shows ${countText(shown)} of ${countText(total)}. <a href="#everything">report.json</a> has all of them.</p>`
    : NOTHING
}
