/** The tags that an entry of regsync selects: the union of sets, each of a range, patterns to allow, and to deny. */
import type { Tags } from '../../../mirror/list/tags/schema.ts'
import { ALL_TAGS, regexPattern } from '../patterns.ts'
import type { Node, Reader } from '../read/node.ts'
import { quotedText } from '../read/text.ts'
import { unionOf } from '../union.ts'
import { REGSYNC } from '../versions/dialects.ts'
import { readRanges } from '../versions/ranges.ts'
import { otherPatterns, versionPatterns } from '../versions/version-regex.ts'

export interface RegsyncTags {
  readonly tags: Tags
  readonly notes: readonly string[]
  readonly comments: readonly string[]
}

/** @returns why the entry cannot be imported */
export function regsyncTags(node: Node, reader: Reader): RegsyncTags | string {
  const own = reader.get(node, 'tags')
  const hasOwn = ['allow', 'deny', 'semverRange'].some((key) => reader.items(reader.get(own, key)).length > 0)
  const sets = [...reader.items(reader.get(node, 'tagSets')), ...(hasOwn && own ? [own] : [])]
  const read = sets.map((set) => readSet(set, reader))
  const wrong = read.find((set) => typeof set === 'string')
  if (wrong !== undefined) return wrong
  const found = read.filter((set) => typeof set !== 'string')
  const [first, ...more] = found
  if (first === undefined) return { tags: { include: [ALL_TAGS] }, notes: [], comments: [] }
  const united = more.reduce((one, other) => unite(one, other.tags), { tags: first.tags, isWider: false })
  return {
    tags: united.tags,
    notes: [...found.flatMap(({ notes }) => notes), ...(united.isWider ? [WIDER] : [])],
    comments: found.flatMap(({ comments }) => comments),
  }
}

const WIDER =
  '"tagSets" that deny different tags cannot be said in one entry: tags that only one of them denies are selected too'

interface United {
  readonly tags: Tags
  /** Whether it selects more than the sets. */
  readonly isWider: boolean
}

function unite({ tags, isWider }: United, other: Tags): United {
  const union = unionOf(tags, other)
  if (union !== undefined) return { tags: union, isWider }
  const include = [...new Set([...(tags.include ?? [ALL_TAGS]), ...(other.include ?? [ALL_TAGS])])]
  const both = (tags.exclude ?? []).filter((pattern) => other.exclude?.includes(pattern))
  return { tags: { include, ...(both.length > 0 && { exclude: both }) }, isWider: true }
}

function readSet(set: Node, reader: Reader): RegsyncTags | string {
  const allow = reader.texts(reader.get(set, 'allow'), 'a pattern')
  const deny = reader.texts(reader.get(set, 'deny'), 'a pattern')
  const texts = reader.texts(reader.get(set, 'semverRange'), 'a range').filter((range) => range !== '')
  const ranges = readRanges(texts, REGSYNC)
  if (typeof ranges === 'string') return ranges
  // Anchored without a group: `a|b` is `^a` or `b$`.
  const patterns = [...allow, ...deny].map((pattern) => [pattern, regexPattern(`^${pattern}$`)] as const)
  const broken = patterns.find(([, pattern]) => pattern === undefined)
  if (broken !== undefined) return `${quotedText(broken[0])} is not a regular expression`
  const compiled = patterns.flatMap(([, pattern]) => pattern ?? [])
  const [allowed, denied] = [compiled.slice(0, allow.length), compiled.slice(allow.length)]
  const isNarrowed = texts.length > 0 && allowed.length > 0
  const versions = isNarrowed ? [] : versionPatterns(ranges.intervals, REGSYNC.grammar)
  const others = isNarrowed ? otherPatterns(ranges.intervals, REGSYNC.grammar) : []
  const include = [...allowed, ...versions]
  const exclude = [...denied, ...others]
  return {
    tags: {
      ...(include.length > 0 && { include }),
      ...(exclude.length > 0 && { exclude }),
      ...(include.length + exclude.length === 0 && { include: [ALL_TAGS] }),
    },
    notes: ranges.notes,
    comments: texts.length === 0 ? [] : [rangeComment(texts)],
  }
}

function rangeComment(ranges: readonly string[]): string {
  const text = ranges.map(quotedText).join(' or ')
  return `semverRange ${text}, which for regsync also selects versions such as 2, 22.04 and 1.2.3-alpine; for two to four numbers without a suffix, "semver" is shorter.`
}
