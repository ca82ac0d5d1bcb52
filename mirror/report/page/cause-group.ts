/** Problems with one cause, for which the advice is the same, and the entry of each. */
import { breakable, type Html, html, NOTHING } from '../../page/html.ts'
import { plural } from '../../units.ts'
import { listed } from '../../words.ts'
import { whatToDo } from '../alert/advice.ts'

export interface Cause {
  readonly outcome: 'failed' | 'deferred' | 'inSync'
  /** The name of the error. @default - none was given */
  readonly name: string | undefined
  readonly pairs: number
  readonly entries: readonly Html[]
}

/** More entries are laid out when they come into sight. */
const MANY = 20

export function causeGroup({ outcome, name, pairs, entries }: Cause): Html {
  const many = entries.length > MANY ? ' many' : ''
  return html`<div class="group ${outcome}${many}"><div class="reason"><h3>${name ?? 'No error was given'} <span class="count">${plural(pairs, 'pair')}</span></h3><p>${whatToDo(outcome, name)}</p></div>
${entries}</div>
`
}

interface Place {
  readonly target: string
  readonly repository: string
}

export interface Entry {
  readonly outcome: string
  /** What the matrix links to. @default - it does not */
  readonly id?: string
  readonly image: string
  readonly places: readonly Place[]
  readonly cause: string | undefined
  /** The reasons of single tags. @default - none */
  readonly tags?: Html
  /** Since when, logs. */
  readonly meta: readonly Html[]
  /** @default - none */
  readonly command?: Html
}

export function problemEntry({ outcome, id, image, places, cause, tags, meta, command }: Entry): Html {
  const message = cause === undefined ? NOTHING : html`<p class="cause">${breakable(cause)}</p>`
  const facts =
    meta.length === 0 ? NOTHING : html`<ul class="meta">${meta.map((item) => html`<li>${item}</li>`)}</ul>`
  return html`<article class="${outcome}"${id === undefined ? NOTHING : html` id="${id}"`}><h4>${breakable(image)}</h4><p class="place">to ${breakable(placesText(places))}</p>${message}${tags}${facts}${command}</article>
`
}

/** Width of the list of targets. */
const MAX_TARGETS = 2_000

/** `mirror/redis in us-east-1, eu-west-1; team/redis in harbor` */
function placesText(places: readonly Place[]): string {
  const parts = [...Map.groupBy(places, ({ repository }) => repository)].map(([repository, group]) => {
    const targets = group.map(({ target }) => target)
    return `${repository} in ${listed(targets, MAX_TARGETS)}`
  })
  return parts.join('; ')
}
