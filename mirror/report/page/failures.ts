/** The page's list of failed and of deferred pairs: cause, log, and the command that reruns them. */
import type { FailedTag, PairReport } from '../../documents.ts'
import { breakable, type Html, html, link, NOTHING } from '../../page/html.ts'
import { ago, copyable } from '../../page/parts.ts'
import { type History, NO_HISTORY } from '../../status/history.ts'
import { plural } from '../../units.ts'
import { type RerunContext, rerunCommand, rerunPairs } from '../alert/rerun.ts'
import { causeGroup, problemEntry } from './cause-group.ts'

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

/** The pairs with the same error name. */
interface Group {
  pairs: number
  readonly entries: Html[]
}

export function startFailures(
  outcome: 'failed' | 'deferred',
  context: RerunContext,
  history: History = NO_HISTORY,
): Failures {
  /** By the name of their error. */
  const causes = new Map<string | undefined, Group>()
  let entries = 0
  /** The first entry without a command: if no other follows, the command at the top of the page is the same. */
  let alone = NOTHING
  let left = MAX_CHARACTERS
  let shown = 0
  let total = 0
  return {
    add(pairs) {
      const ids = new Map<PairReport, string>()
      for (const group of groupsOf(pairs.filter((pair) => pair.outcome === outcome))) {
        total += group.length
        const cause = causeIn(causes, group[0]?.error?.name)
        cause.pairs += group.length
        if (left <= 0) continue
        entries += 1
        const id = `${outcome}-${entries}`
        const entry = entryOf(group, id, history, context)
        if (entries === 1) alone = entryOf(group, id, history)
        left -= entry.markup.length
        cause.entries.push(entry)
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
      // The most frequent cause first: mending it helps most.
      const groups = [...causes]
        .sort(([, a], [, b]) => b.pairs - a.pairs)
        .map(([name, { pairs, entries: all }]) =>
          causeGroup({ outcome, name, pairs, entries: entries === 1 && total === shown ? [alone] : all }),
        )
      return html`<section aria-labelledby="${outcome}"><h2 id="${outcome}">${title}: ${plural(total, 'pair')}</h2>${cut}${groups}</section>
`
    },
  }
}

function causeIn(causes: Map<string | undefined, Group>, name: string | undefined): Group {
  const known = causes.get(name)
  if (known !== undefined) return known
  const group = { pairs: 0, entries: [] }
  causes.set(name, group)
  return group
}

/** A tag that its source lacks fails in all targets: one entry, with the logs of each. */
function groupsOf(pairs: readonly PairReport[]): PairReport[][] {
  const key = ({ error, failedTags, deferredTags }: PairReport) =>
    JSON.stringify([error?.name, error?.message, failedTags, deferredTags])
  return [...Map.groupBy(pairs, key).values()]
}

/** @param context - of its rerun command. @default - it has none */
function entryOf(group: readonly PairReport[], id: string, history: History, context?: RerunContext): Html {
  const [first] = group
  if (first === undefined) return NOTHING
  const { image, error, failedTags = [], deferredTags = [], outcome } = first
  const logs = group.flatMap(({ target, error: one }) =>
    one?.log === undefined ? [] : [{ target, log: one.log }],
  )
  const rerun = context === undefined || 'rerunAll' in context ? [] : rerunPairs(group)
  return problemEntry({
    outcome,
    id,
    image,
    places: group,
    cause: error?.message,
    tags: tagList([...failedTags, ...deferredTags], error?.message),
    meta: [...pastOf(first, history), ...logLinks(logs)],
    ...(context === undefined || rerun.length === 0
      ? {}
      : { command: copyable(rerunCommand(rerun, context), `Rerun ${image}`) }),
  })
}

/** Taken from the first pair, because the pairs of a group failed together. */
function pastOf(pair: PairReport, history: History): Html[] {
  const { verified, since } = history(pair) ?? {}
  if (verified === undefined && since === undefined) return []
  const [verb, participle] = pair.outcome === 'failed' ? ['Fails', 'Failing'] : ['Is deferred', 'Deferred']
  return [
    since === undefined ? html`${verb} for the first time` : html`${participle} since ${ago(since)}`,
    verified === undefined ? html`Never in sync` : html`Last good: ${ago(verified)}`,
  ]
}

/** @param cause - the message of the pair, which may have said all that there is to say of a single tag */
function tagList(tags: readonly FailedTag[], cause = ''): Html {
  const [first] = tags
  if (first === undefined || (tags.length === 1 && cause.includes(first.message))) return NOTHING
  const rest = tags.length - MAX_TAGS
  const items = tags
    .slice(0, MAX_TAGS)
    .map(
      ({ tag, digest, name, message }) =>
        html`<li><code>${tag ?? digest ?? 'a tag'}</code> ${name}: ${breakable(message)}</li>`,
    )
  return html`<ul>${items}${rest > 0 ? html`<li>and ${plural(rest, 'more tag')}</li>` : NOTHING}</ul>`
}

const MAX_LOGS = 50

function logLinks(logs: readonly { readonly target: string; readonly log: string }[]): Html[] {
  return logs.slice(0, MAX_LOGS).map(({ target, log }) => link(log, `Build log, ${target}`))
}
