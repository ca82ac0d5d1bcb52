/**
 * The tags that a mapping of ocync selects: globs and a range, without excluded ones, then the newest; exact tags of
 * `include` come on top, and globs of `include` are exempt from `glob` and from the excludes of all mappings.
 */
import type { Tags } from '../../../mirror/list/tags/schema.ts'
import { ALL_TAGS, globPattern, matchesTag } from '../patterns.ts'
import type { Node, Reader } from '../read/node.ts'
import { quotedText } from '../read/text.ts'
import { OCYNC } from '../versions/dialects.ts'
import { readRanges } from '../versions/ranges.ts'
import { otherPatterns, versionPatterns } from '../versions/version-regex.ts'

export interface OcyncTags {
  readonly tags: Tags
  /** Exact tags that an exclude of the other tags would drop. */
  readonly single: readonly string[]
  readonly notes: readonly string[]
  readonly comments: readonly string[]
}

/** Excluded everywhere, whatever the case, unless a glob of `include` is the same. */
const PRERELEASES = ['rc', 'alpha', 'beta', 'pre', 'snapshot', 'nightly']

/** @returns why the mapping cannot be imported */
export function ocyncTags(
  own: Node | undefined,
  defaults: Node | undefined,
  reader: Reader,
): OcyncTags | string {
  const field = (key: string) => reader.get(own, key) ?? reader.get(defaults, key)
  const texts = (key: string) => reader.texts(field(key), 'a glob')
  const included = texts('include')
  const globs = included.filter((text) => /[*?[]/.test(text))
  const exact = included.filter((text) => !globs.includes(text))
  const hard = reader.texts(reader.get(own, 'exclude'), 'a glob')
  const soft = reader.texts(reader.get(defaults, 'exclude'), 'a glob').filter((glob) => !globs.includes(glob))
  const wanted = texts('glob').filter((glob) => glob !== '*')
  const range = reader.textAt(own, 'semver') ?? reader.textAt(defaults, 'semver')
  const immutable = reader.texts(field('immutable_tags'), 'a glob')
  const bad = [...globs, ...hard, ...soft, ...wanted, ...immutable].find(
    (glob) => globPattern(glob) === undefined,
  )
  if (bad !== undefined) return `${quotedText(bad)} is not a glob`
  const patterns = (list: readonly string[]) => list.flatMap((glob) => globPattern(glob) ?? [])
  const ranges = readRanges(range === undefined ? [] : [range], OCYNC)
  if (typeof ranges === 'string') return ranges
  const words = PRERELEASES.filter((word) => !globs.includes(`*-${word}*`))
  const base =
    texts('glob').length === 0 || texts('glob').includes('*') ? [] : patterns([...wanted, ...globs])
  const isNarrowed = range !== undefined && base.length > 0
  const versions = isNarrowed ? [] : versionPatterns(ranges.intervals, OCYNC.grammar)
  const exclude = [
    ...patterns([...hard, ...soft]),
    ...(words.length > 0 ? [`/(?i)-(?:${words.join('|')})/`] : []),
    ...(isNarrowed ? otherPatterns(ranges.intervals, OCYNC.grammar) : []),
  ]
  const allowed = exact.filter((tag) => !patterns(hard).some((pattern) => matchesTag(pattern, tag)))
  const single = allowed.filter((tag) => exclude.some((pattern) => matchesTag(pattern, tag)))
  const kept = allowed.filter((tag) => !single.includes(tag))
  const selected = [...base, ...versions]
  const least = Number(field('min_tags')?.text ?? 0) - single.length
  return {
    tags: {
      include: [...kept, ...(selected.length > 0 ? selected : [ALL_TAGS])],
      ...(exclude.length > 0 && { exclude }),
      ...latestOf(field('latest')?.text, field('sort')?.text),
      ...(least > 0 && { min: least }),
      ...(immutable.length > 0 && { immutable: patterns(immutable) }),
    },
    single,
    notes: notesOf(field('latest')?.text, field('sort')?.text),
    comments:
      range === undefined
        ? []
        : [
            `semver ${quotedText(range)}, which for ocync also selects versions such as 3, 22.04 and 1.2.3-alpine; for two to four numbers without a suffix, the key "semver" is shorter.`,
          ],
  }
}

function latestOf(latest: string | undefined, sort: string | undefined): Tags {
  if (latest === undefined || !/^[1-9]\d{0,4}$/.test(latest)) return {}
  return sort === 'alpha'
    ? { latest: Number(latest), by: 'name' }
    : { latest: Number(latest), variant: '/.*/' }
}

function notesOf(latest: string | undefined, sort: string | undefined): string[] {
  if (latest === undefined) return []
  return sort === 'alpha'
    ? [
        `"sort: alpha" with "latest: ${latest}" compares digit by digit; "by: name" compares numbers by value, so that 10 comes after 9`,
      ]
    : [`"latest: ${latest}" counts all versions together; here, "latest" counts each variant, such as alpine`]
}
