/** The status page's list of what is not in sync: by cause, with what to do, since when, and when it was last good. */
import { type Html, html, link, NOTHING } from '../page/html.ts'
import { ago } from '../page/parts.ts'
import { causeGroup, problemEntry } from '../report/page/cause-group.ts'
import { plural } from '../units.ts'
import { REST } from './page-words.ts'
import type { Place, Status } from './schema.ts'

const MAX_PROBLEMS = 500

interface Problem {
  readonly image: string
  readonly places: readonly Place[]
}

/** Failures first. Keeps only what it shows. */
export function problems({ images }: Status): Html {
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
  const shown = [...found.failed.toSorted(byAge), ...found.deferred.toSorted(byAge)].slice(0, MAX_PROBLEMS)
  const cut =
    count > shown.length
      ? html`<p class="cut">Shows ${shown.length} of ${plural(count, 'problem')}. ${REST} has all of them.</p>`
      : NOTHING
  const groups = Map.groupBy(shown, ({ places: [first] }) =>
    JSON.stringify([first?.state, first?.error?.name]),
  )
  return html`<section aria-labelledby="problems"><h2 id="problems">Not in sync</h2>${cut}${[...groups.values()].map(groupOf)}</section>
`
}

/** What has failed first, first: later failures often follow from it. */
function byAge({ places: [a] }: Problem, { places: [b] }: Problem): number {
  return (a?.since ?? '').localeCompare(b?.since ?? '')
}

function groupOf(found: readonly Problem[]): Html {
  const [first] = found[0]?.places ?? []
  if (first === undefined) return NOTHING
  const { state, error } = first
  return causeGroup({
    outcome: state,
    name: error?.name,
    pairs: found.reduce((sum, { places }) => sum + places.length, 0),
    entries: found.map(problemOf),
  })
}

function problemOf({ image, places }: Problem): Html {
  const [first] = places
  if (first === undefined) return NOTHING
  const { state, error, since, verified, tried } = first
  const meta = [
    ...(since === undefined
      ? []
      : [html`${state === 'failed' ? 'Failing' : 'Deferred'} since ${ago(since)}`]),
    verified === undefined ? html`Never in sync` : html`Last good: ${ago(verified)}`,
    ...(tried === undefined ? [] : [html`Last tried: ${ago(tried)}`]),
    ...(error?.log === undefined ? [] : [link(error.log, 'Build log')]),
  ]
  return problemEntry({
    outcome: state,
    image,
    places,
    cause: error?.message,
    meta,
  })
}
