/** The page's list of failed and of deferred pairs: cause, log, and the command that reruns them. */
import type { FailedTag, PairReport } from '../../documents.ts'
import { ago, copyable } from '../../page/document.ts'
import { type Html, html, link, NOTHING } from '../../page/html.ts'
import { countText, plural } from '../../page/units.ts'
import { type History, NO_HISTORY } from '../../status/history.ts'
import { listed } from '../../words.ts'
import { type RerunContext, rerunCommand, rerunPairs } from '../alert/rerun.ts'

export interface Failures {
  /**
   * The pairs of one image.
   * @returns pair -> id of its entry, for pairs that have one
   */
  add(pairs: readonly PairReport[]): ReadonlyMap<PairReport, string>
  section(): Html
}

/** Failures that fit: about a thousand with messages of usual length. */
const MAX_CHARACTERS = 1024 * 1024
/** Tags of one pair that are listed with their errors. */
const MAX_TAGS = 20
const MAX_TARGETS = 2_000
const MAX_CAUSES = 10

export function startFailures(
  outcome: 'failed' | 'deferred',
  context: RerunContext,
  history: History = NO_HISTORY,
): Failures {
  const entries: Html[] = []
  /** Name of an error -> number of its pairs. */
  const causes = new Map<string, number>()
  let left = MAX_CHARACTERS
  let shown = 0
  let total = 0
  return {
    add(pairs) {
      const ids = new Map<PairReport, string>()
      for (const group of groupsOf(pairs.filter((pair) => pair.outcome === outcome))) {
        total += group.length
        const cause = group[0]?.error?.name ?? 'no error'
        causes.set(cause, (causes.get(cause) ?? 0) + group.length)
        if (left <= 0) continue
        const id = `${outcome}-${entries.length + 1}`
        const entry = entryOf(group, id, context, history)
        left -= entry.markup.length
        entries.push(entry)
        shown += group.length
        for (const pair of group) ids.set(pair, id)
      }
      return ids
    },
    section() {
      if (total === 0) return NOTHING
      const cut =
        total > shown
          ? html`<p class="cut">Shows ${plural(shown, 'pair')} of ${plural(total, 'pair')}. <a href="#everything">report.json</a> has all of them.</p>`
          : NOTHING
      const title = outcome === 'failed' ? 'Failed' : 'Deferred'
      const note =
        outcome === 'failed'
          ? NOTHING
          : html`<p class="note">The next run continues with these pairs; nothing needs to be done.</p>`
      return html`<section aria-labelledby="${outcome}"><h2 id="${outcome}">${title}: ${plural(total, 'pair')}</h2>${note}${causesText(causes)}${cut}${entries}</section>
`
    },
  }
}

/** The causes of many pairs, most frequent first. */
function causesText(causes: ReadonlyMap<string, number>): Html {
  if (causes.size < 2) return NOTHING
  const sorted = [...causes].sort(([, a], [, b]) => b - a).slice(0, MAX_CAUSES)
  return html`<p class="note">By cause: ${sorted.map(([name, count]) => `${name} ${countText(count)}`).join(', ')}${causes.size > MAX_CAUSES ? ' and others' : ''}.</p>`
}

/** A tag that its source lacks fails in all targets: one entry, with the logs of each. */
function groupsOf(pairs: readonly PairReport[]): PairReport[][] {
  const key = ({ repository, error, failedTags, deferredTags }: PairReport) =>
    JSON.stringify([repository, error?.name, error?.message, failedTags, deferredTags])
  return [...Map.groupBy(pairs, key).values()]
}

function entryOf(group: readonly PairReport[], id: string, context: RerunContext, history: History): Html {
  const [first] = group
  if (first === undefined) return NOTHING
  const { image, repository, error, failedTags = [], deferredTags = [], outcome } = first
  const targets = listed(
    group.map(({ target }) => target),
    MAX_TARGETS,
  )
  const reason =
    error === undefined
      ? html`<p>No error was given.</p>`
      : html`<p class="cause"><b>${error.name}</b> ${error.message}</p>`
  const logs = group.flatMap(({ target, error: one }) =>
    one?.log === undefined ? [] : [{ target, log: one.log }],
  )
  const rerun = rerunPairs(group)
  return html`<article class="${outcome}" id="${id}"><h3>${image}</h3><p class="place">to ${repository} in ${targets}</p>${reason}${pastOf(first, history)}${tagList([...failedTags, ...deferredTags])}${logLinks(logs)}${rerun.length === 0 ? NOTHING : copyable(rerunCommand(rerun, context), `Rerun ${image}`)}</article>
`
}

/** Taken from the first pair, because the pairs of a group failed together. */
function pastOf(pair: PairReport, history: History): Html {
  const { verified, since } = history(pair) ?? {}
  if (verified === undefined && since === undefined) return NOTHING
  const good = verified === undefined ? html`Never in sync.` : html`Last good: ${ago(verified)}.`
  return html`<p class="note">${since === undefined ? html`Fails for the first time.` : html`Failing since ${ago(since)}.`} ${good}</p>`
}

function tagList(tags: readonly FailedTag[]): Html {
  if (tags.length === 0) return NOTHING
  const rest = tags.length - MAX_TAGS
  const items = tags
    .slice(0, MAX_TAGS)
    .map(
      ({ tag, digest, name, message }) =>
        html`<li><code>${tag ?? digest ?? 'a tag'}</code> ${name}: ${message}</li>`,
    )
  return html`<ul>${items}${rest > 0 ? html`<li>and ${plural(rest, 'more tag')}</li>` : NOTHING}</ul>`
}

const MAX_LOGS = 50

function logLinks(logs: readonly { readonly target: string; readonly log: string }[]): Html {
  if (logs.length === 0) return NOTHING
  const links = logs
    .slice(0, MAX_LOGS)
    .map(({ target, log }) => html`<li>${link(log, `Build log, ${target}`)}</li>`)
  return html`<ul class="logs">${links}</ul>`
}
