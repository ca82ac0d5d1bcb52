/**
 * Renders the state of the mirror as one HTML file, problems first. Of a long list, it shows what a browser can show;
 * `status.json` has everything.
 */
import { documentOf, type Tone } from '../page/document.ts'
import { type Html, html, NOTHING } from '../page/html.ts'
import { ago, type Choice, controls, facts, tally } from '../page/parts.ts'
import { countText, plural } from '../units.ts'
import type { Live } from './live.ts'
import { matrix } from './matrix.ts'
import { REST, STATES, WORDS } from './page-words.ts'
import { problems } from './problems.ts'
import type { Status } from './schema.ts'

/** @param live - the run in progress, on a page that updates itself */
export function statusPage(known: Status, live?: Live): string {
  const status = live === undefined ? known : withNew(known, live)
  const { counts, mirror } = status
  const bad = counts.failed + counts.deferred
  const choices = STATES.flatMap((state): Choice[] =>
    counts[state] === 0 ? [] : [[state, WORDS[state], counts[state]]],
  )
  return documentOf({
    kind: 'status',
    title: `${bad === 0 ? 'in sync' : `${countText(bad)} not in sync`}: ${mirror}`,
    tone: toneOf(status),
    verdict: verdictOf(status, live),
    header: html`${factsOf(status)}${tally(choices)}`,
    controls: choices.length === 0 && live === undefined ? NOTHING : controls(choices),
    sections: [
      { id: 'problems', name: `Not in sync ${countText(bad)}`, content: problems(status) },
      { id: 'images', name: 'Images', content: matrix(status, live) },
    ],
    ...(live === undefined ? {} : { live: progressOf(live) }),
  })
}

function toneOf({ counts: { failed, deferred, inSync } }: Status): Tone {
  if (failed > 0) return 'failed'
  if (deferred > 0) return 'deferred'
  return inSync > 0 ? 'inSync' : 'none'
}

function verdictOf({ counts: { failed, deferred, inSync } }: Status, live: Live | undefined): string {
  const bad = failed + deferred
  const places = inSync + bad
  if (places === 0)
    return (live?.pairs.length ?? 0) > 0 ? 'The first run is in progress' : 'Nothing is known yet'
  if (bad > 0) return `${countText(bad)} of ${plural(places, 'pair')} ${bad === 1 ? 'is' : 'are'} not in sync`
  return places === 1 ? 'The only pair is in sync' : `All ${plural(places, 'pair')} are in sync`
}

function factsOf({ counts, mirror, account, region, written, run }: Status): Html {
  const places = counts.inSync + counts.deferred + counts.failed
  return facts([
    ['Mirror', mirror],
    ['Account', account],
    ['Region', region],
    ['Images', countText(counts.images)],
    ['Pairs', countText(places)],
    ['Written', places === 0 ? undefined : ago(written)],
    ['By run', places === 0 ? undefined : run],
    ['Everything as JSON', html`${REST} beside this page`],
  ])
}

function progressOf({ pairs, done }: Live): Html {
  if (pairs.length === 0) return NOTHING
  return html`<span class="running">A run is in progress: ${countText(done)} of ${plural(pairs.length, 'pair')} done</span> <progress max="${pairs.length}" value="${done}" aria-label="Pairs done"></progress>`
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
