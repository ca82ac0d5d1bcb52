/** Renders the failures of a run: each error once, with the affected pairs, and what to do about it. */
import type { RunDocument } from '../../local/run-document.ts'
import { whatToDo } from '../../mirror/report/alert/advice.ts'
import { listed } from '../../mirror/words.ts'
import { clip, fewOf, wrap, wrapHanging } from '../terminal/words.ts'

type Pair = RunDocument['pairs'][number]

const MOST_GROUPS = 50
const MOST_LOGS = 3
const MAX_MESSAGE = 1_000
const MAX_TAGS = 200

/** @param width - of the screen; logs and names are not cut, so that they can be copied */
export function renderFailures(pairs: readonly Pair[], width = Number.POSITIVE_INFINITY): string[] {
  const failed = pairs.filter(({ error }) => error)
  const groups = [...Map.groupBy(failed, adviceOf)].flatMap(([advice, alike]) =>
    [...Map.groupBy(alike, reasonOf).values()].map((group, index) => ({
      group,
      // Once is enough, because what needs the same is together.
      advice: index === 0 ? wrapHanging(`  ${advice}`, width) : [],
    })),
  )
  const left = groups.length - MOST_GROUPS
  return [
    ...groups.slice(0, MOST_GROUPS).flatMap((group) => ['', ...renderGroup(group, width)]),
    ...(left > 0 ? ['', `and ${left} more errors; --json prints all of them`] : []),
  ]
}

function adviceOf({ outcome, error }: Pair): string {
  return whatToDo(outcome, error?.name)
}

/** Groups failures of an image that have the same cause in several targets. */
function reasonOf({ image, outcome, error, tags }: Pair): string {
  return JSON.stringify([image, outcome, error?.name, error?.message, tags.map(nameOf)])
}

function nameOf({ tag, digest }: Pair['tags'][number]): string {
  return tag ?? digest
}

interface Group {
  readonly group: readonly Pair[]
  /** Its lines, unless a group above has them. */
  readonly advice: readonly string[]
}

function renderGroup({ group, advice }: Group, width: number): string[] {
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
    ...advice,
    ...(tags.length === 0 ? [] : wrap(`in place: ${listed(tags.map(nameOf), MAX_TAGS)}`, width, '  ')),
    ...logs.slice(0, MOST_LOGS).map((log) => `  log: ${log}`),
    ...(logs.length > MOST_LOGS ? [`  and ${logs.length - MOST_LOGS} more logs`] : []),
  ]
}
