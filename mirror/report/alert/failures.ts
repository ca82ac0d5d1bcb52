/** Groups the failed pairs of a run for its alert, in bounded memory, and writes the lines about each group. */
import type { PairReport } from '../../documents.ts'
import { ageText, timeText } from '../../page/times.ts'
import { type Item, itemKey } from '../../status/news.ts'
import { listed } from '../../words.ts'
import { adviceFor } from './advice.ts'

/** Targets with the same error and the same tags: a tag that its source lacks fails in all of them. */
interface Group extends Pick<PairReport, 'image' | 'error'> {
  readonly places: readonly Pick<PairReport, 'image' | 'target' | 'repository'>[]
  readonly inPlace: readonly string[]
}

export interface Failures {
  add(pairs: readonly PairReport[]): void
  /** The groups that fit. */
  groups(): readonly Group[]
  /** Image and error of each other pair, counted by error. */
  rest(): ReadonlyMap<string, number>
}

const MAX_ERROR = 1_000
/** Width of the lists of targets, and of tags that are in place. */
const MAX_TARGETS = 400
const MAX_TAGS = 200
/** Maximum number of error names that are counted. */
const MAX_NAMES = 10

/** @param room - characters of groups that are kept */
export function groupFailures(outcome: 'failed' | 'deferred', room: number): Failures {
  const kept: Group[] = []
  const rest = new Map<string, number>()
  let left = room
  return {
    add(pairs) {
      for (const group of groupsOf(pairs.filter((pair) => pair.outcome === outcome))) {
        left -= sizeOf(group)
        if (left >= 0) kept.push(group)
        else {
          const name = group.error?.name ?? 'no error'
          rest.set(name, (rest.get(name) ?? 0) + group.places.length)
        }
      }
    },
    groups: () => kept,
    rest: () => rest,
  }
}

interface Bounds {
  readonly now: Date
  /** Bytes. */
  readonly room: number
}

/** @param items - the pairs to describe. @default - all */
export function failureLines(
  failures: Failures,
  items: readonly Item[] | undefined,
  { now, room }: Bounds,
): string[] {
  const wanted = items && new Map(items.map((item) => [itemKey(item), item]))
  const lines: string[] = []
  const rest = new Map<string, number>()
  let left = room
  let described = 0
  for (const group of failures.groups().flatMap((one) => split(one, wanted))) {
    const text = describe(group, now)
    left -= Buffer.byteLength(text.join('\n'))
    described += group.places.length
    if (left >= 0) lines.push(...text)
    else count(rest, group.error?.name, group.places.length)
  }
  const others = items === undefined ? sum(failures.rest()) : items.length - described
  if (others === sum(failures.rest())) for (const [name, pairs] of failures.rest()) count(rest, name, pairs)
  else if (others > 0) count(rest, 'others', others)
  return [...lines, ...restText(rest)]
}

interface Described extends Group {
  readonly item?: Item | undefined
}

/** The wanted targets of a group, separately for each time since when they fail. */
function split(group: Group, wanted: ReadonlyMap<string, Item> | undefined): Described[] {
  if (wanted === undefined) return [group]
  const found = group.places.filter((place) => wanted.has(itemKey(place)))
  const time = (place: Group['places'][number]) => {
    const item = wanted.get(itemKey(place))
    return `${item?.since} ${item?.lastGood}`
  }
  return [...Map.groupBy(found, time).values()].map((places) => {
    const [first] = places
    return { ...group, places, item: first && wanted.get(itemKey(first)) }
  })
}

function describe({ image, error, places, inPlace, item }: Described, now: Date): string[] {
  const targets = places.map(({ target }) => target)
  return [
    `- ${image}`,
    `  to ${listed(targets, MAX_TARGETS)}`,
    `  ${error === undefined ? 'no error was given' : `${error.name}: ${onOneLine(error.message)}`}`,
    ...(error === undefined || item === undefined ? [] : [`  What to do: ${adviceFor(error.name)}`]),
    ...(item === undefined ? [] : sinceLines(item, now)),
    ...(inPlace.length === 0 ? [] : [`  in place: ${listed(inPlace, MAX_TAGS)}`]),
    ...(error?.log === undefined ? [] : [`  log: ${error.log}`]),
  ]
}

function sinceLines({ since, lastGood }: Item, now: Date): string[] {
  return [
    `  Since: ${timeText(since)}`,
    lastGood === undefined
      ? '  Last good: never'
      : `  Last good: ${timeText(lastGood)},\n    ${ageText(lastGood, now)} ago`,
  ]
}

function groupsOf(pairs: readonly PairReport[]): Group[] {
  const key = ({ image, error, tags }: PairReport) => JSON.stringify([image, error, tags.map(nameOf)])
  return [...Map.groupBy(pairs, key).values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { image, error, tags } = first
    const places = group.map(({ target, repository }) => ({ image, target, repository }))
    return [{ image, error, places, inPlace: tags.slice(0, MAX_TAGS).map(nameOf) }]
  })
}

/** About the size of its lines. */
function sizeOf({ image, error, places }: Group): number {
  const message = Math.min(error?.message.length ?? 0, MAX_ERROR)
  return 300 + 2 * image.length + message + 20 * places.length
}

function nameOf({ tag, digest }: PairReport['tags'][number]): string {
  return tag ?? digest
}

function count(rest: Map<string, number>, name = 'no error', pairs = 1): void {
  rest.set(name, (rest.get(name) ?? 0) + pairs)
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, one) => total + one, 0)
}

function restText(rest: ReadonlyMap<string, number>): string[] {
  const names = [...rest].sort(([, a], [, b]) => b - a)
  if (names.length === 0) return []
  const counted = names.slice(0, MAX_NAMES).map(([name, pairs]) => `${pairs} ${name}`)
  const others = names.length > MAX_NAMES ? ' and others' : ''
  return [`- and ${sum(rest)} more, see the report: ${counted.join(', ')}${others}`]
}

function onOneLine(message: string): string {
  const line = message
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' | ')
  return line.length > MAX_ERROR ? `${line.slice(0, MAX_ERROR)}...` : line
}
