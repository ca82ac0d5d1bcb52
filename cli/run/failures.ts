/** Renders the failures of a run: each error once, with the affected pairs. */
import type { RunDocument } from '../../local/run-document.ts'
import { listed } from '../../mirror/words.ts'
import { clip, fewOf, wrap } from '../terminal/words.ts'

type Pair = RunDocument['pairs'][number]

const MOST_GROUPS = 50
const MOST_LOGS = 3
const MAX_MESSAGE = 1_000
const MAX_TAGS = 200

/** @param width - of the screen; logs and names are not cut, so that they can be copied */
export function renderFailures(pairs: readonly Pair[], width = Number.POSITIVE_INFINITY): string[] {
  const groups = [
    ...Map.groupBy(
      pairs.filter(({ error }) => error),
      reasonOf,
    ).values(),
  ]
  const left = groups.length - MOST_GROUPS
  return [
    ...groups.slice(0, MOST_GROUPS).flatMap((group) => ['', ...renderGroup(group, width)]),
    ...(left > 0 ? ['', `and ${left} more errors; --json prints all of them`] : []),
  ]
}

/** Groups failures of an image that have the same cause in several targets. */
function reasonOf({ image, outcome, error, tags }: Pair): string {
  return JSON.stringify([image, outcome, error?.name, error?.message, tags.map(nameOf)])
}

function nameOf({ tag, digest }: Pair['tags'][number]): string {
  return tag ?? digest
}

function renderGroup(group: readonly Pair[], width: number): string[] {
  const [first] = group
  if (first?.error === undefined) return []
  const { image, outcome, error, tags } = first
  const logs = [...new Set(group.flatMap(({ error }) => error?.log ?? []))]
  const targets = fewOf([...new Set(group.map(({ target }) => target))], width - 4)
  const [head = '', ...more] = wrap(`${image} -> ${targets}: ${outcome}, ${error.name}`, width)
  return [
    head,
    ...more.map((line) => `    ${line}`),
    ...wrap(clip(error.message, MAX_MESSAGE), width, '  '),
    ...(tags.length === 0 ? [] : wrap(`in place: ${listed(tags.map(nameOf), MAX_TAGS)}`, width, '  ')),
    ...logs.slice(0, MOST_LOGS).map((log) => `  log: ${log}`),
    ...(logs.length > MOST_LOGS ? [`  and ${logs.length - MOST_LOGS} more logs`] : []),
  ]
}
