/** The page's tables of where bytes and seconds went: by target, and the pairs that cost most. */
import { breakable, type Html, html, NOTHING } from '../../page/html.ts'
import { type ShownPair, wordOf } from '../../page/outcome-words.ts'
import { bytesText, countText, durationText } from '../../units.ts'
import { startTop } from './top.ts'

export interface Usage {
  add(pairs: readonly ShownPair[]): void
  /** The bytes of all pairs. */
  bytes(): number
  section(): Html
}

interface Sum {
  pairs: number
  failed: number
  deferred: number
  bytes: number
  seconds: number
}

type Cost = Pick<ShownPair, 'image' | 'target' | 'outcome' | 'bytes' | 'seconds'>

const MAX_PAIRS = 10
const MAX_TARGETS = 200

export function startUsage(): Usage {
  const byTarget = new Map<string, Sum>()
  const longest = startTop<Cost>(MAX_PAIRS, ({ seconds }) => seconds)
  const largest = startTop<Cost>(MAX_PAIRS, ({ bytes }) => bytes)
  return {
    add(pairs) {
      for (const { image, target, outcome, bytes, seconds } of pairs) {
        const sum = byTarget.get(target) ?? { pairs: 0, failed: 0, deferred: 0, bytes: 0, seconds: 0 }
        sum.pairs += 1
        sum.failed += outcome === 'failed' ? 1 : 0
        sum.deferred += outcome === 'deferred' ? 1 : 0
        sum.bytes += bytes
        sum.seconds += seconds
        byTarget.set(target, sum)
        const cost = { image, target, outcome, bytes, seconds }
        longest.add(cost)
        largest.add(cost)
      }
    },
    bytes: () => byTarget.values().reduce((sum, { bytes }) => sum + bytes, 0),
    section() {
      if (byTarget.size === 0) return NOTHING
      const targets = [...byTarget].sort(([, a], [, b]) => b.bytes - a.bytes)
      const cut =
        targets.length > MAX_TARGETS
          ? html`<p class="cut">Shows ${MAX_TARGETS} of ${countText(targets.length)} targets.</p>`
          : NOTHING
      return html`<section aria-labelledby="usage"><h2 id="usage">Where bytes and seconds went</h2>${cut}
<div class="wide targets" role="region" aria-label="By target" tabindex="0"><table><caption>By target</caption><thead><tr><th scope="col">Target</th>${numberHeads(['Pairs', 'Failed', 'Deferred', 'Bytes', 'Copying'])}</tr></thead><tbody>
${targets.slice(0, MAX_TARGETS).map(targetRow)}</tbody></table></div>
<div class="sums">${topTable('Pairs that moved most bytes', largest.values())}${topTable('Pairs that took longest', longest.values())}</div></section>
`
    },
  }
}

function targetRow([target, { pairs, failed, deferred, bytes, seconds }]: readonly [string, Sum]): Html {
  const cells = [
    countText(pairs),
    countText(failed),
    countText(deferred),
    bytesText(bytes),
    durationText(seconds),
  ]
  return html`<tr><th scope="row">${target}</th>${cells.map((text) => html`<td class="number">${text}</td>`)}</tr>
`
}

function topTable(caption: string, pairs: readonly Cost[]): Html {
  if (pairs.length === 0) return NOTHING
  const rows = pairs.map(
    ({
      image,
      target,
      outcome,
      bytes,
      seconds,
    }) => html`<tr><th scope="row">${breakable(image)}</th><td>${target}</td><td class="${outcome}">${wordOf(outcome)}</td><td class="number">${bytesText(bytes)}</td><td class="number">${durationText(seconds)}</td></tr>
`,
  )
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption}</caption><thead><tr><th scope="col">Image</th><th scope="col">Target</th><th scope="col">Outcome</th>${numberHeads(['Bytes', 'Copying'])}</tr></thead><tbody>
${rows}</tbody></table></div>
`
}

function numberHeads(names: readonly string[]): Html[] {
  return names.map((name) => html`<th scope="col" class="number">${name}</th>`)
}
