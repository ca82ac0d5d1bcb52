/** The status page's table of images and targets: state, age, and what a run in progress does. */
import { breakable, type Html, html, NOTHING } from '../page/html.ts'
import { matrixTable } from '../page/matrix-table.ts'
import { ago } from '../page/parts.ts'
import { countText, plural, shortDigest } from '../units.ts'
import { listed } from '../words.ts'
import type { Live, LivePair } from './live.ts'
import { REST, STATES, WORDS } from './page-words.ts'
import type { ImageStatus, Place, Status } from './schema.ts'

/** A browser shows a table of this size within a second. */
const MAX_CELLS = 20_000
const MAX_CHARACTERS = 4 * 1024 * 1024
/** More columns than a person can compare. */
const MAX_TARGETS = 60
/** Tags of an image that are listed. */
const MAX_TAGS = 30
/** Width of lists of tags. */
const MAX_WORDS = 400

export function matrix({ images }: Status, live: Live | undefined): Html {
  const title = html`<h2 id="images">Images</h2>`
  if (images.length === 0)
    return html`<section aria-labelledby="images">${title}<p>No run has reported yet.</p></section>`
  const columns = columnsOf(images, live)
  const steps = new Map(live?.pairs.map((pair) => [`${pair.image} ${pair.target}`, pair]))
  const sorted = images
    .map((status, index) => ({ status, index, bad: status.places.some(({ state }) => state !== 'inSync') }))
    .sort((a, b) => Number(b.bad) - Number(a.bad) || a.index - b.index)
  const rows: Html[] = []
  let cells = MAX_CELLS
  let characters = MAX_CHARACTERS
  for (const { status, index } of sorted) {
    if (cells < columns.length || characters < 0) break
    const row = rowOf(status, { columns, index, steps })
    cells -= columns.length
    characters -= row.markup.length
    rows.push(row)
  }
  const cut =
    rows.length < images.length
      ? html`<p class="cut">Shows ${countText(rows.length)} of ${plural(images.length, 'image')}, those with problems first. ${REST} has everything.</p>`
      : NOTHING
  const table = matrixTable({ label: 'State of each image at each target', columns, rows })
  return html`<section aria-labelledby="images">${title}${cut}${table}</section>
`
}

function columnsOf(images: readonly ImageStatus[], live: Live | undefined): string[] {
  const columns = new Set<string>()
  for (const { target } of live?.pairs ?? []) if (columns.size < MAX_TARGETS) columns.add(target)
  for (const { places } of images) {
    for (const { target } of places) if (columns.size < MAX_TARGETS) columns.add(target)
  }
  return [...columns]
}

interface RowContext {
  readonly columns: readonly string[]
  readonly index: number
  /** `image target` -> what the run does with it. */
  readonly steps: ReadonlyMap<string, LivePair>
}

function rowOf(status: ImageStatus, { columns, index, steps }: RowContext): Html {
  const { image, places } = status
  const states = [...new Set(places.map(({ state }) => state))]
  const cells = columns.map((column) => {
    const here = places.filter(({ target }) => target === column)
    return cellOf(here, steps.get(`${image} ${column}`))
  })
  return html`<tr data-o="${states.join(' ')}" data-i="${index}"><th scope="row"><span class="image">${breakable(image)}</span>${tagsOf(status)}</th>${cells}</tr>
`
}

/** The worst of several repositories at one target. */
function cellOf(places: readonly Place[], step: LivePair | undefined): Html {
  const [worst] = places.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
  const now = step === undefined ? NOTHING : nowOf(step)
  if (worst === undefined) {
    if (step === undefined) return html`<td class="none">not mirrored</td>`
    return step.done
      ? html`<td>${step.step}<small>in this run</small></td>`
      : html`<td class="none">new${now}</td>`
  }
  const { state, verified, changed } = worst
  const label = state === 'inSync' ? 'verified' : 'last good'
  const age =
    verified === undefined
      ? html`<small>never in sync</small>`
      : html`<small>${label} ${ago(verified)}</small>`
  const moved =
    changed === undefined || changed === verified ? NOTHING : html`<small>changed ${ago(changed)}</small>`
  return html`<td class="${state}">${WORDS[state]}${now}${age}${moved}</td>`
}

function nowOf({ step, done }: LivePair): Html {
  return done ? html`<small>this run: ${step}</small>` : html`<small class="running">${step}</small>`
}

function tagsOf({ tags, more = 0, places }: ImageStatus): Html {
  const entries = Object.entries(tags)
  const others = places.flatMap(({ target, tags: own }) => (own === undefined ? [] : [{ target, own }]))
  if (entries.length === 0 && others.length === 0) return NOTHING
  const total = entries.length + more
  const [only] = total === 1 && others.length === 0 ? entries : []
  const label = html`${plural(total, 'tag')}${only === undefined ? NOTHING : html` <code>${shortDigest(only[1])}</code>`}`
  const differs = others.map(
    ({ target, own }) =>
      html`<li>${target}: ${listed(
        Object.entries(own).map(([tag, digest]) => `${tag} ${digest}`),
        MAX_WORDS,
      )}</li>`,
  )
  const left = total - Math.min(entries.length, MAX_TAGS)
  return html`<details><summary>${label}</summary><ul>${entries.slice(0, MAX_TAGS).map(tagItem)}${left > 0 ? html`<li>and ${plural(left, 'more tag')}</li>` : NOTHING}${differs}</ul></details>`
}

function tagItem([tag, digest]: readonly [string, string]): Html {
  return html`<li>${tag === digest ? NOTHING : html`<b>${tag}</b> `}<code>${digest}</code></li>`
}
