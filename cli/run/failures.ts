/** Renders the failures of a run: each error once, with the affected pairs, and what to do about it. */
import type { RunDocument } from '../../local/run-document.ts'
import { whatToDo } from '../../mirror/report/alert/advice.ts'
import { plural } from '../../mirror/units.ts'
import { listed } from '../../mirror/words.ts'
import { clip, fewOf, wrap, wrapHanging } from '../terminal/words.ts'

type Pair = RunDocument['pairs'][number]

const MOST_GROUPS = 50
const MOST_LOGS = 3
const MAX_MESSAGE = 1_000
/** Width of lists of tags and of images. */
const MAX_NAMES = 200

/** @param width - of the screen; logs and names are not cut, so that they can be copied */
export function renderFailures(pairs: readonly Pair[], width = Number.POSITIVE_INFINITY): string[] {
  const byAdvice = Map.groupBy(groupsOf(pairs), adviceOf)
  const groups = [...byAdvice.values()].flat()
  const shown = groups.slice(0, MOST_GROUPS)
  const left = groups.length - shown.length
  return [
    ...shown.flatMap((group, index) => {
      const next = shown[index + 1]
      // Neighbours may need the same; the last one says what.
      const isLast = next === undefined || adviceOf(next) !== adviceOf(group)
      const advice = isLast ? wrapHanging(`  ${adviceOf(group)}`, width) : []
      return ['', ...renderGroup(group, width), ...advice]
    }),
    ...(left > 0 ? ['', `and ${plural(left, 'more error')}; --json prints all of them`] : []),
  ]
}

/** Pairs that failed for the same reason. */
interface Group {
  readonly first: Pair & { readonly error: NonNullable<Pair['error']> }
  readonly targets: readonly string[]
  /** Images besides that of the first pair. */
  readonly others: readonly string[]
  readonly logs: readonly string[]
}

function groupsOf(pairs: readonly Pair[]): Group[] {
  const ofImages = [...Map.groupBy(pairs, reasonOf).values()].flatMap((group) => groupOf(group) ?? [])
  return [...Map.groupBy(ofImages, kindOf).values()].flatMap((alike) => {
    const [group] = alike
    if (group === undefined) return []
    const images = new Set(alike.map(({ first: { image } }) => image))
    images.delete(group.first.image)
    return [{ ...group, others: [...images], logs: alike.flatMap(({ logs }) => logs) }]
  })
}

/** Key of failures of an image that have the same cause in several targets. */
function reasonOf({ image, outcome, error, tags }: Pair): string {
  return JSON.stringify([image, outcome, error?.name, error?.message, tags.map(nameOf)])
}

function groupOf(pairs: readonly Pair[]): Group | undefined {
  const [first] = pairs
  if (first?.error === undefined) return undefined
  return {
    first: { ...first, error: first.error },
    targets: [...new Set(pairs.map(({ target }) => target))],
    others: [],
    logs: [...new Set(pairs.flatMap(({ error }) => error?.log ?? []))],
  }
}

/** Behind the host, URLs differ from image to image. */
const URL = /\b(https?:\/\/[^/\s]{1,255})\S*/g

/** Key of failures that differ only in image and URL, as when a registry is down or refuses the credentials. */
function kindOf({ first: { image, outcome, error, tags }, targets }: Group): string {
  const own = tags.length === 0 ? [] : [image]
  return JSON.stringify([outcome, error.name, error.message.replace(URL, '$1'), targets, ...own])
}

function adviceOf({ first: { outcome, error } }: Group): string {
  return whatToDo(outcome, error.name)
}

function nameOf({ tag, digest }: Pair['tags'][number]): string {
  return tag ?? digest
}

function renderGroup({ first, targets, others, logs }: Group, width: number): string[] {
  const { image, outcome, error, tags } = first
  const title = `${image} -> ${fewOf(targets, width - 4)}: ${outcome}, ${error.name}`
  const same = `the same for ${plural(others.length, 'more image')}: ${listed(others, MAX_NAMES)}`
  return [
    ...wrap(title, width).map((line, index) => (index === 0 ? line : `    ${line}`)),
    ...wrap(clip(error.message, MAX_MESSAGE), width, '  '),
    ...(others.length === 0 ? [] : wrap(same, width, '  ')),
    ...(tags.length === 0 ? [] : wrap(`in place: ${listed(tags.map(nameOf), MAX_NAMES)}`, width, '  ')),
    ...logs.slice(0, MOST_LOGS).map((log) => `  log: ${log}`),
    ...(logs.length > MOST_LOGS ? [`  and ${plural(logs.length - MOST_LOGS, 'more log')}`] : []),
  ]
}
