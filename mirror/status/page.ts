/**
 * Renders the state of the mirror as one HTML file, problems first. Of a long list, it shows what a browser can show;
 * `status.json` has everything.
 */
import { ago, controls, documentOf } from '../page/document.ts'
import { type Html, html, link, NOTHING } from '../page/html.ts'
import { countText, plural } from '../page/units.ts'
import { adviceFor } from '../report/alert/advice.ts'
import { listed } from '../words.ts'
import type { ImageStatus, Place, Status } from './schema.ts'

/** The pairs of a run in progress, for a page that updates itself. */
export interface Live {
  readonly pairs: readonly LivePair[]
  readonly done: number
}

interface LivePair {
  readonly image: string
  readonly target: string
  /** What the run does with it now, or has done. */
  readonly step: string
}

/** A browser shows a table of this size within a second. */
const MAX_CELLS = 20_000
const MAX_CHARACTERS = 4 * 1024 * 1024
const MAX_PROBLEMS = 500
/** More columns than a person can compare. */
const MAX_TARGETS = 60
/** Tags of an image that are listed. */
const MAX_TAGS = 30
/** Width of lists of targets. */
const MAX_WORDS = 400

const WORDS: Readonly<Record<Place['state'], string>> = {
  failed: 'failed',
  deferred: 'deferred',
  inSync: 'in sync',
}
const STATES = ['failed', 'deferred', 'inSync'] as const

/** @param live - the run in progress, on a page that updates itself */
export function statusPage(known: Status, live?: Live): string {
  const status = live === undefined ? known : withNew(known, live)
  const { counts, mirror } = status
  const bad = counts.failed + counts.deferred
  const title = `${bad === 0 ? 'in sync' : `${countText(bad)} not in sync`}: ${mirror}`
  const choices = STATES.flatMap((state) =>
    counts[state] === 0 ? [] : [[state, WORDS[state], counts[state]] as const],
  )
  const state = html`<div id="state">${problems(status)}${matrix(status, live)}</div>
`
  return documentOf({
    title,
    header: header(status, live),
    main: [controls(choices), state],
    live: live !== undefined,
  })
}

function header({ counts, mirror, account, region, written, run }: Status, live: Live | undefined): Html {
  const places = counts.inSync + counts.deferred + counts.failed
  const bad = counts.failed + counts.deferred
  const verdict =
    places === 0
      ? 'Nothing is known yet'
      : bad === 0
        ? places === 1
          ? 'The only pair is in sync'
          : `All ${plural(places, 'pair')} are in sync`
        : `${countText(bad)} of ${plural(places, 'pair')} ${bad === 1 ? 'is' : 'are'} not in sync`
  const progress =
    live === undefined || live.pairs.length === 0
      ? NOTHING
      : html`<p class="running" role="status">A run is in progress: ${countText(live.done)} of ${plural(live.pairs.length, 'pair')} done</p>`
  return html`<p class="product">image-mirror status</p>
<h1>${verdict}</h1>
${progress}<p class="note">Mirror ${mirror}, account ${account}, ${region}. ${places === 0 ? NOTHING : html`Written by run ${run}, ${ago(written)}.`}</p>
<p class="note">Everything as JSON: ${REST} beside this page.</p>
`
}

/** Images that no run has reported yet. */
function withNew(status: Status, { pairs }: Live): Status {
  const known = new Set(status.images.map(({ image }) => image))
  const added = new Set(pairs.map(({ image }) => image).filter((image) => !known.has(image)))
  return {
    ...status,
    images: [...status.images, ...[...added].map((image) => ({ image, tags: {}, places: [] }))],
  }
}

interface Problem {
  readonly image: string
  readonly places: readonly Place[]
}

/** Failures first. Keeps only what it shows. */
function problems({ images }: Status): Html {
  const found: Record<'failed' | 'deferred', Problem[]> = { failed: [], deferred: [] }
  let count = 0
  for (const { image, places } of images) {
    const groups = Map.groupBy(places, ({ state, error, since, verified }) =>
      state === 'inSync' ? '' : JSON.stringify([state, error?.name, error?.message, since, verified]),
    )
    for (const group of groups.values()) {
      const state = group[0]?.state
      if (state === undefined || state === 'inSync') continue
      count += 1
      if (found[state].length < MAX_PROBLEMS) found[state].push({ image, places: group })
    }
  }
  if (count === 0) return NOTHING
  const shown = [...found.failed, ...found.deferred].slice(0, MAX_PROBLEMS)
  const cut =
    count > shown.length
      ? html`<p class="cut">Shows ${shown.length} of ${plural(count, 'problem')}. ${REST} has all of them.</p>`
      : NOTHING
  return html`<section aria-labelledby="problems"><h2 id="problems">Not in sync</h2>${cut}${shown.map(problemOf)}</section>
`
}

/** A link that works on the served page and beside a downloaded one. */
const REST = html`<a href="status.json">status.json</a>`

function problemOf({ image, places }: Problem): Html {
  const [first] = places
  if (first === undefined) return NOTHING
  const { state, error, since, verified, tried } = first
  const targets = listed(
    places.map(({ target }) => target),
    MAX_WORDS,
  )
  const reason =
    error === undefined
      ? html`<p>No error was given.</p>`
      : html`<p class="cause"><b>${error.name}</b> ${error.message}</p>${state === 'failed' ? html`<p>What to do: ${adviceFor(error.name)}.</p>` : html`<p>The next run continues with it.</p>`}`
  const log = error?.log === undefined ? NOTHING : html`<p>${link(error.log, 'Build log')}</p>`
  return html`<article class="${state}"><h3>${image}</h3><p class="place">to ${first.repository} in ${targets}</p>${reason}
<p class="note">${WORDS[state]}${since === undefined ? NOTHING : html` since ${ago(since)}`}. ${verified === undefined ? html`Never in sync.` : html`Last good: ${ago(verified)}.`}${tried === undefined ? NOTHING : html` Last tried: ${ago(tried)}.`}</p>${log}</article>
`
}

function matrix({ images }: Status, live: Live | undefined): Html {
  const title = html`<h2 id="images">Images</h2>`
  if (images.length === 0)
    return html`<section aria-labelledby="images">${title}<p>No run has reported yet.</p></section>`
  const columns = columnsOf(images, live)
  const steps = new Map(live?.pairs.map(({ image, target, step }) => [`${image} ${target}`, step]))
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
  const head = columns.map((target) => html`<th scope="col">${target}</th>`)
  return html`<section aria-labelledby="images">${title}${cut}
<div class="wide" role="region" aria-label="State of each image at each target" tabindex="0"><table class="matrix"><thead><tr><th scope="col">Image</th>${head}</tr></thead><tbody id="rows">
${rows}</tbody></table></div><p id="none" hidden>No image matches.</p></section>
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
  readonly steps: ReadonlyMap<string, string>
}

function rowOf(status: ImageStatus, { columns, index, steps }: RowContext): Html {
  const { image, places } = status
  const states = [...new Set(places.map(({ state }) => state))]
  const cells = columns.map((column) => {
    const here = places.filter(({ target }) => target === column)
    return cellOf(here, steps.get(`${image} ${column}`))
  })
  return html`<tr data-o="${states.join(' ')}" data-i="${index}"><th scope="row"><span class="image">${image}</span>${tagsOf(status)}</th>${cells}</tr>
`
}

/** The worst of several repositories at one target. */
function cellOf(places: readonly Place[], step: string | undefined): Html {
  const [worst] = places.toSorted((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state))
  const now = step === undefined ? NOTHING : html`<small class="running">${step}</small>`
  if (worst === undefined)
    return step === undefined
      ? html`<td class="none">not mirrored</td>`
      : html`<td class="none">new${now}</td>`
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

function tagsOf({ tags, more = 0, places }: ImageStatus): Html {
  const entries = Object.entries(tags)
  const others = places.flatMap(({ target, tags: own }) => (own === undefined ? [] : [{ target, own }]))
  if (entries.length === 0 && others.length === 0) return NOTHING
  const total = entries.length + more
  const label = plural(total, 'tag')
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
