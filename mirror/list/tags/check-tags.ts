/** Checks `tags` beyond the schema: patterns, ranges, variants, and keys that contradict each other. */
import { messageFrom, type Path, type Problem, problemAt, problemsAt } from '../document/problems.ts'
import { isOpen } from './is-open.ts'
import type { Tags } from './schema.ts'
import { isRegex, parseTagPattern } from './tag-pattern.ts'
import { parseVariant } from './variant.ts'
import { parseRange } from './version-range.ts'

/** @param source - the source of the tags, for suggested fixes */
export function checkTags(tags: Tags | undefined, path: Path, source?: string): Problem[] {
  if (tags === undefined) return []
  const patterns = (['include', 'exclude', 'immutable'] as const).flatMap((key) =>
    checkEach(tags[key], [...path, key], (pattern) => parseTagPattern(pattern, source)),
  )
  return [
    ...patterns,
    ...checkEach(tags.semver, [...path, 'semver'], parseRange),
    ...checkEach(tags.variant, [...path, 'variant'], parseVariant),
    ...checkLatest(tags, path),
    ...checkLeast(tags, path),
  ]
}

function checkEach(
  given: string | readonly string[] | undefined,
  path: Path,
  parse: (text: string) => unknown,
): Problem[] {
  if (given === undefined) return []
  const isOne = typeof given === 'string'
  return [given].flat().flatMap((text, index) =>
    problemsAt(
      isOne ? path : [...path, index],
      messageFrom(() => parse(text)),
    ),
  )
}

/** Rejects an order without a number, and a number without tags to choose from. */
function checkLatest(tags: Tags, path: Path): Problem[] {
  const { latest, by } = tags
  if (latest === undefined) {
    return by === undefined
      ? []
      : [
          problemAt(
            [...path, 'by'],
            '"by" needs "latest", the number of tags; add "latest: 3", or remove "by"',
          ),
        ]
  }
  if (isOpen(tags)) return []
  const fix = 'add "semver: \'*\'" or a regular expression to "include", or remove "latest"'
  return [
    problemAt(
      [...path, 'latest'],
      `"include" names exact tags alone, and "latest" does not apply to these; ${fix}`,
    ),
  ]
}

/** Rejects a minimum that cannot be reached. */
function checkLeast(tags: Tags, path: Path): Problem[] {
  const { include = [], variant, latest, min = 1 } = tags
  const exact = new Set(include.filter((pattern) => !isRegex(pattern))).size
  if (!isOpen(tags) && min > exact) {
    const text = `${min} tags cannot be selected because "include" names only ${exact}; lower it, or add tags`
    return [problemAt([...path, 'min'], text)]
  }
  const variants = [variant ?? ''].flat()
  const most = (latest ?? Number.POSITIVE_INFINITY) * variants.length + exact
  if (min <= most || variants.some(isRegex)) return []
  return [
    problemAt(
      [...path, 'min'],
      `${min} tags cannot be selected because "latest" keeps ${latest}; lower it, or raise "latest"`,
    ),
  ]
}
