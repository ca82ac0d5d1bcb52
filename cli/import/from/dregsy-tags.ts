/** The tags that a mapping of dregsy selects: any filter adds tags, all of `keep:` must hold, exact tags are always there. */
import type { Tags } from '../../../mirror/list/tags/schema.ts'
import { isDigest, isTag } from '../../../registry/model/reference.ts'
import { ALL_TAGS, regexPattern } from '../patterns.ts'
import { quotedText } from '../read/text.ts'
import { DREGSY } from '../versions/dialects.ts'
import type { Interval } from '../versions/interval.ts'
import { readRanges } from '../versions/ranges.ts'
import { otherPatterns, versionPatterns } from '../versions/version-regex.ts'

export interface DregsyTags {
  /** Undefined if only single tags are selected. */
  readonly tags: Tags | undefined
  readonly single: readonly { readonly tag?: string; readonly digest?: string }[]
  readonly notes: readonly string[]
  readonly comments: readonly string[]
}

interface Filter {
  readonly pattern: string
  readonly isInverted: boolean
}

/** `keep: latest 5` counts; any other `keep:` is a filter. */
const LATEST = /^\s+latest\s+(\d+)$/

/** @returns why the mapping cannot be imported */
export function dregsyTags(given: readonly string[]): DregsyTags | string {
  const texts = given.map((text) => text.trim())
  const of = (prefix: string) =>
    texts.filter((text) => text.startsWith(prefix)).map((text) => text.slice(prefix.length))
  const count = of('keep:')
    .flatMap((text) => LATEST.exec(text)?.[1] ?? [])
    .at(-1)
  const regexes = readFilters(of('regex:'))
  if (typeof regexes === 'string') return regexes
  const keeps = readFilters(of('keep:').filter((text) => !LATEST.test(text)))
  if (typeof keeps === 'string') return keeps
  const rangeTexts = of('semver:').map((text) => text.trim())
  const ranges = readRanges(rangeTexts, DREGSY)
  if (typeof ranges === 'string') return ranges
  const read = texts.filter((text) => !/^(?:semver|regex|keep):/.test(text)).map(readSingle)
  const single = read.filter((one) => one !== undefined)
  if (single.length < read.length) return 'it has a tag that is not valid'
  // Exact tags alone leave nothing to list.
  if (regexes.length === 0 && rangeTexts.length === 0 && single.length > 0) {
    const note = `"keep: latest ${count}" also counts exact tags, which are all selected here`
    return { tags: undefined, single, notes: count === undefined ? [] : [note], comments: [] }
  }
  const { tags, notes } = combined(regexes, keeps, ranges.intervals)
  return {
    tags:
      count === undefined ? tags : { include: [ALL_TAGS], ...tags, latest: Number(count), variant: '/.*/' },
    single,
    notes: [
      ...notes,
      ...ranges.notes,
      ...(count === undefined
        ? []
        : [
            `"keep: latest ${count}" counts all versions together, and keeps tags that are none; "latest" counts each variant, leaves out prereleases and other tags, and does not count exact tags`,
          ]),
    ],
    comments: rangeTexts.map(
      (text) =>
        `semver: ${quotedText(text)}, which for dregsy also selects prereleases and variants; for two to four numbers without a suffix, the key "semver" is shorter.`,
    ),
  }
}

/** @returns why one of them cannot be imported */
function readFilters(texts: readonly string[]): Filter[] | string {
  const filters: Filter[] = []
  for (const text of texts) {
    const filter = readFilter(text)
    if (filter === undefined) return `${quotedText(text.trim())} is not a regular expression`
    filters.push(filter)
  }
  return filters
}

/** Anchored at ends that the pattern does not anchor itself, without a group. `!` inverts. */
function readFilter(given: string): Filter | undefined {
  const text = given.trim()
  const isInverted = text.startsWith('!')
  const regex = isInverted ? text.slice(1) : text
  const pattern = regexPattern(`${regex.startsWith('^') ? '' : '^'}${regex}${regex.endsWith('$') ? '' : '$'}`)
  return pattern === undefined ? undefined : { pattern, isInverted }
}

/** `tag`, `sha256:…` or `tag@sha256:…`. */
function readSingle(text: string): { tag?: string; digest?: string } | undefined {
  const [first = '', second] = text.split('@')
  const digest = second ?? (isDigest(first) ? first : undefined)
  const tag = digest === first ? undefined : first
  if ((digest !== undefined && !isDigest(digest)) || (tag !== undefined && !isTag(tag))) return undefined
  return { ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) }
}

/** Says `(regex or semver) and keep` with patterns to include and to exclude, as far as they can. */
function combined(
  regexes: readonly Filter[],
  keeps: readonly Filter[],
  intervals: readonly Interval[],
): { readonly tags: Tags; readonly notes: readonly string[] } {
  const versions = versionPatterns(intervals, DREGSY.grammar)
  const exclude = keeps.filter(({ isInverted }) => isInverted).map(({ pattern }) => pattern)
  const [mustMatch, ...more] = keeps.filter(({ isInverted }) => !isInverted).map(({ pattern }) => pattern)
  const notes = more.map(
    (pattern) => `the second of several "keep:" is not applied, so that more tags are selected: ${pattern}`,
  )
  const positive = regexes.filter(({ isInverted }) => !isInverted).map(({ pattern }) => pattern)
  const inverted = regexes.filter(({ isInverted }) => isInverted).map(({ pattern }) => pattern)
  if (mustMatch !== undefined) {
    if (regexes.length === 0) {
      const others = intervals.length === 0 ? [] : otherPatterns(intervals, DREGSY.grammar)
      return { tags: tagsOf([mustMatch], [...exclude, ...others]), notes }
    }
    notes.push(`"keep:" together with "regex:" is not applied, so that more tags are selected: ${mustMatch}`)
  }
  const others = [...positive, ...versions]
  const [first] = inverted
  if (first === undefined) return { tags: tagsOf(others.length > 0 ? others : [ALL_TAGS], exclude), notes }
  if (inverted.length === 1 && others.length === 0) return { tags: tagsOf([], [first, ...exclude]), notes }
  notes.push(
    `"regex: !" next to other filters is not applied, so that more tags are selected: ${inverted.join(', ')}`,
  )
  return { tags: tagsOf([ALL_TAGS], exclude), notes }
}

function tagsOf(include: readonly string[], exclude: readonly string[]): Tags {
  return {
    ...(include.length > 0 && { include: [...include] }),
    ...(exclude.length > 0 && { exclude: [...exclude] }),
  }
}
