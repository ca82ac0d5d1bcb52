/** The page's timeline of the pairs that took longest: waiting, queued, copying. */
import { breakable, type Html, html, NOTHING } from '../../page/html.ts'
import type { ShownPair } from '../../page/outcome-words.ts'
import type { PairTimes } from '../../pair-times.ts'
import { durationText } from '../../units.ts'
import { startTop } from './top.ts'

export interface Timeline {
  add(pairs: readonly ShownPair[]): void
  section(): Html
}

type Timed = Pick<ShownPair, 'image' | 'target' | 'outcome'> & { readonly times: PairTimes }

const MAX_PAIRS = 50
/** The phases of a pair, with their names in the style. */
const PHASES = [
  ['waiting', 'waiting'],
  ['queued', 'starting'],
  ['copying', 'copying'],
] as const
/** Width of the drawing, in units of its own. */
const WIDTH = 1_000

export function startTimeline(): Timeline {
  const longest = startTop<Timed>(MAX_PAIRS, ({ times }) => lengthOf(times))
  let total = 0
  return {
    add(pairs) {
      for (const { image, target, outcome, times } of pairs) {
        if (times === undefined) continue
        total += 1
        longest.add({ image, target, outcome, times })
      }
    },
    section() {
      const pairs = longest.values().toSorted((a, b) => at(a.times.ordered) - at(b.times.ordered))
      if (pairs.length === 0) return NOTHING
      // The clocks of Diff and of the build may differ.
      const start = Math.min(...pairs.flatMap(({ times }) => [at(times.ordered), at(times.queued)]))
      const end = Math.max(...pairs.map(({ times }) => at(times.ended)), start + 1)
      const place = (time: string) => ((at(time) - start) / (end - start)) * WIDTH
      const cut = total > pairs.length ? html` Shows the longest ${pairs.length} of ${total}.` : NOTHING
      return html`<section aria-labelledby="timeline"><h2 id="timeline">Timeline</h2>
<p class="note">Pairs with a build, in ${durationText((end - start) / 1_000)}.${cut}</p>
<div class="wide" role="region" aria-label="Phases of each pair" tabindex="0"><table class="timeline"><thead><tr><th scope="col">Pair</th><th scope="col" class="bars"><span class="ends"><span>${timeText(start)}</span><span>${timeText(end)}</span></span></th>${PHASES.map(([name, words]) => html`<th scope="col" class="number"><span class="key ${name}"></span>${words}</th>`)}</tr></thead><tbody>
${pairs.map((pair) => rowOf(pair, place))}</tbody></table></div></section>
`
    },
  }
}

function rowOf({ image, target, times }: Timed, place: (time: string) => number): Html {
  const { ordered, queued, copying, ended } = times
  const durations = [between(ordered, queued), between(queued, copying), between(copying, ended)]
  // Each phase has its own height, which shows without colours and on paper.
  const bars = [
    bar('waiting', 6, place(ordered), place(queued)),
    bar('queued', 4, place(queued), place(copying)),
    bar('copying', 1, place(copying), place(ended)),
  ]
  return html`<tr><th scope="row">${breakable(image)}<small>${breakable(target)}</small></th><td class="bars"><svg viewBox="0 0 ${WIDTH} 14" preserveAspectRatio="none" aria-hidden="true">${bars}</svg></td>${durations.map((text) => html`<td class="number">${text}</td>`)}</tr>
`
}

/** Phases that are too short to see get the width of a hairline. */
function bar(name: string, top: number, from: number, to: number): Html {
  return html`<rect class="${name}" x="${from.toFixed(1)}" y="${top}" width="${Math.max(to - from, 1).toFixed(1)}" height="${14 - 2 * top}"/>`
}

function between(from: string, to: string): string {
  return durationText(Math.max(0, at(to) - at(from)) / 1_000)
}

function lengthOf({ ordered, ended }: PairTimes): number {
  return at(ended) - at(ordered)
}

function at(time: string): number {
  return Date.parse(time)
}

function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
